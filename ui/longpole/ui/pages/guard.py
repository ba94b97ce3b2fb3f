"""A failed query becomes words on the page, never an empty one."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from longpole.core.errors import LongpoleError
from longpole.ui.views import parts

P = ParamSpec("P")
Filler = Callable[P, Coroutine[Any, Any, Component]]
log = logging.getLogger(__name__)


def guarded(show: Filler[P]) -> Filler[P]:
    """Wrap a callback that fills a whole page."""

    @functools.wraps(show)
    async def safe(*args: P.args, **kwargs: P.kwargs) -> Component:
        try:
            return await show(*args, **kwargs)
        except LongpoleError as error:
            log.warning("a page could not be filled: %s", error)
            return parts.failed(str(error))
        except PreventUpdate:
            raise
        except Exception:
            # The edge of the page: a mistake of ours must not leave it loading for ever.
            log.exception("a page could not be filled")
            return parts.failed("Something unexpected went wrong; the server's log says what.")

    return safe
