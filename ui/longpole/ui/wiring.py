"""Connects a page's callbacks so that each reads the project its page was opened for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any

from dash import Dash, State, dcc
from dash.dependencies import DashDependency
from dash.development.base_component import Component

from longpole.core.errors import InputError
from longpole.ui import ids, projects
from longpole.ui.views import parts

Answer = Callable[..., Coroutine[Any, Any, Any]]
Layout = Callable[..., Component]


def connect(app: Dash, *wires: DashDependency, **options: object) -> Callable[[Answer], None]:
    """Register a coroutine as callback; its page's project is bound while it runs."""

    def register(answer: Answer) -> None:
        @functools.wraps(answer)
        async def within(*arguments: Any) -> Any:  # noqa: ANN401 - whatever Dash passes
            *own, project = arguments
            with projects.bound(project or ""):
                return await answer(*own)

        app.callback(*wires, State(ids.PROJECT, "data"), **options)(within)

    return register


def framed(layout: Layout) -> Layout:
    """A page's layout with the project of its address beside it, for `connect`."""

    @functools.wraps(layout)
    def made(**query: object) -> Any:  # noqa: ANN401 - Dash takes a list
        try:
            project = projects.given(query)
        except InputError as error:
            return parts.refused(str(error))
        with projects.bound(project):
            return [dcc.Store(id=ids.PROJECT, data=project), layout(**query)]

    return made
