"""What if a step were twice as fast, over the selected traces: quantiles before and after. Pure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from longpole.analytics.whatif.set_answer import QuantileChange
from longpole.ui import formats
from longpole.ui.architecture.profile_view import chooser
from longpole.ui.architecture.view_state import View
from longpole.ui.views import parts
from longpole.ui.what_if import Sampled

FACTOR = 2


def step_choices(steps: list[str], view: View, chosen: str) -> Component:
    """Links, one a step, that ask the question for it."""
    links = [(one, View(view.selection, view.by, view.compare, one).href, one == chosen)
             for one in steps]  # fmt: skip
    return chooser(f"Step that runs {FACTOR} times as fast", links)


def set_answer(found: Sampled, step: str) -> Component:
    """Durations before and after with intervals; how many traces it is from; money a day."""
    answer = found.answer
    heads = ["Quantile", "Now#", "Then#", "Saved#", "95 % interval of what is saved#"]
    rows = [_cells(one) for one in answer.quantiles]
    words = (
        f"{formats.shortened(step, 120)} {FACTOR} times as fast: "
        f"{formats.share(answer.faster_share)} of the traces end "
        f"sooner. The schedules of {answer.traces:,} of {found.fitting:,} traces were run again."
    )
    return html.Div([html.P(html.Bdi(words)), parts.table(heads, rows, "What if")])


def _cells(one: QuantileChange) -> list[parts.Child]:
    low, high = one.saved_interval_ns
    return [
        f"p{one.quantile * 100:g}", formats.duration(one.before_ns),
        formats.duration(one.after_ns), formats.duration(one.saved_ns),
        f"{formats.duration(low)} to {formats.duration(high)}",
    ]  # fmt: skip
