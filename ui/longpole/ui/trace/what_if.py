"""Connects the what-if panel of the trace page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State
from dash.development.base_component import Component

from longpole.analytics.whatif import Change, parse_change
from longpole.analytics.whatif.prepared import FACTORS
from longpole.core.errors import InputError, StoreError
from longpole.ui import what_if
from longpole.ui.trace import ids as page_ids
from longpole.ui.trace import what_if_ids as ids
from longpole.ui.trace import what_if_view as view
from longpole.ui.trace.queries import read_head
from longpole.ui.views import parts
from longpole.ui.wiring import connect

HIT_NS = 50e6
Shown = tuple[Component, list[dict[str, object]], bool, bool]


def register(app: Dash) -> None:
    """Answer whenever one of the controls changes."""
    connect(
        app,
        Output(ids.ANSWER, "children"),
        Output(ids.MODEL, "data"),
        Output(ids.FACTOR_BOX, "hidden"),
        Output(ids.MODEL_BOX, "hidden"),
        Input(ids.STEP, "value"),
        Input(ids.WHAT, "value"),
        Input(ids.FACTOR, "value"),
        Input(ids.MODEL, "value"),
        State(page_ids.SUBJECT, "data"),
    )(show_answer)


async def show_answer(
    step: str | None, what: str, factor: float, model: str | None, trace_id: str
) -> Shown:
    """The answer, the models to choose from, and which controls the change does not need."""
    hidden = (what != "faster", what != "model")
    try:
        change = chosen(step, what, factor, model)
        head = await read_head(trace_id)
        if head is None:
            return view.refused("This trace is no longer stored."), [], *hidden
        ready = await what_if.ready(head)
        options = view.models(ready.speeds)
        if change is None:
            return view.asks_for_model(), options, *hidden
        found = await what_if.try_on_trace(ready, [change])
    except InputError as error:
        return view.refused(str(error)), [], *hidden
    except StoreError as error:
        return parts.failed(str(error)), [], *hidden
    return view.answer(found, change), options, *hidden


def chosen(step: str | None, what: str, factor: Any, model: str | None) -> Change | None:  # noqa: ANN401
    """The change that the controls say; None while another model is not chosen yet.

    What comes from a page is checked as if somebody had written it.
    """
    known = next((name for name in view.WHATS if name == what), None)
    if known is None:
        raise InputError(f"change {str(what)[:40]!r} is none of {', '.join(view.WHATS)}")
    change = replace(parse_change(str(step or "")), what=known)
    if what == "faster":
        return replace(change, number=FACTORS[min(max(int(factor or 0), 0), len(FACTORS) - 1)])
    if what == "hit":
        return replace(change, number=HIT_NS)
    if what == "model":
        return replace(change, text=str(model)) if model else None
    return change
