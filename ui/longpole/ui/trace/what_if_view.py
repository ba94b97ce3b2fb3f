"""The what-if panel of the trace page: controls and answer. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import dash_mantine_components as dmc
import plotly.graph_objects as go
import polars as pl
from dash import html
from dash.development.base_component import Component

from longpole.analytics.whatif import Change, Match, StepTime, TooFew, TraceAnswer, write_change
from longpole.analytics.whatif.changes import What
from longpole.analytics.whatif.effects import MODEL_KINDS, Speeds
from longpole.analytics.whatif.prepared import FACTORS
from longpole.ui import formats, theme
from longpole.ui.trace import what_if_ids as ids
from longpole.ui.trace import words
from longpole.ui.trace.dom import dom
from longpole.ui.views import charts, parts

MOST_STEPS = 200
START = FACTORS.index(2.0)
KEY = ["Step", "Kind", "Model", "ToolName"]
WHATS: dict[What, str] = {
    "faster": "faster",
    "removed": "not called",
    "cached": "prompt cached",
    "hit": "answered from a cache in 50 ms",
    "model": "another model",
    "no_retry": "without failed attempts",
    "parallel": "its calls side by side",
}


def panel(spans: pl.DataFrame) -> Component | None:
    """Controls over the steps of a trace, those with most time on its path first."""
    steps = choices(spans)
    if not steps:
        return None
    return html.Section(
        [
            html.H2("What if", className="tr-section"),
            html.Div([_step(steps), _what(), _factor(), _model()], className="wi-controls"),
            html.Div(
                html.P("Running the trace again …", className="tr-dim"),
                id=ids.ANSWER,
                className="wi-answer",
                **dom(aria_live="polite"),
            ),
        ],
        className="wi-panel",
        **dom(aria_label="What if"),
    )


def choices(spans: pl.DataFrame) -> list[dict[str, str]]:
    """Steps as options; the value is a change that names them (without what is to be done)."""
    held = spans.filter(~pl.col("IsRoot"))
    found = (
        held.group_by(KEY)
        .agg(pl.col("PathNs").sum(), pl.len().alias("Calls"))
        .sort("PathNs", "Calls", *KEY, descending=[True, True] + [False] * len(KEY))
        .head(MOST_STEPS)
    )
    made = {}
    for step, kind, model, tool, ns, calls in found.rows():
        match = Match(step=step, kind=kind, model=model, tool=tool)
        if match.given:
            value = write_change(Change("removed", match))
            made[value] = {"value": value, "label": _label(match, ns, calls)}
    return list(made.values())


def _label(match: Match, ns: int, calls: int) -> str:
    detail = match.model or (match.tool if match.tool != match.step else "")
    named = " · ".join(text for text in (match.step, match.kind, detail) if text)
    times = f"{calls:,} call{'s' if calls != 1 else ''}"
    return f"{formats.shortened(named, 80)}: {formats.duration(ns)} on the path, {times}"


def _step(steps: list[dict[str, str]]) -> Component:
    return dmc.Select(
        id=ids.STEP, data=steps, value=steps[0]["value"], label="Step", searchable=True, size="xs",
        allowDeselect=False, nothingFoundMessage="no such step", className="wi-step",
    )  # fmt: skip


def _what() -> Component:
    radios = [dmc.Radio(label=label, value=name, size="xs") for name, label in WHATS.items()]
    return dmc.RadioGroup(
        dmc.Group(radios, gap="sm"), id=ids.WHAT, value="faster", label="would be", size="xs"
    )


def _factor() -> Component:
    marks = [{"value": at, "label": factor_text(factor)} for at, factor in enumerate(FACTORS)]
    slider = dmc.Slider(
        id=ids.FACTOR, min=0, max=len(FACTORS) - 1, step=1, value=START, marks=marks, label=None,
        size="sm", thumbLabel="How many times as fast",
    )  # fmt: skip
    return html.Div(
        [html.Div("times as fast", className="wi-label"), slider],
        id=ids.FACTOR_BOX,
        className="wi-factor",
    )


def _model() -> Component:
    select = dmc.Select(
        id=ids.MODEL, data=[], label="Model", searchable=True, size="xs", clearable=True,
        placeholder="choose a model", nothingFoundMessage="no such model in the last seven days",
    )  # fmt: skip
    return html.Div(select, id=ids.MODEL_BOX, className="wi-step", hidden=True)


def models(speeds: Speeds) -> list[dict[str, object]]:
    """Models as options; one whose speed is not known cannot be chosen, and says why in short."""
    made: list[dict[str, object]] = []
    for name, speed in sorted(speeds.items(), key=lambda one: (isinstance(one[1], TooFew), one[0])):
        if isinstance(speed, TooFew):
            label = f"{formats.shortened(name, 60)} (too few calls to fit its speed)"
            made.append({"value": name, "label": label, "disabled": True})
        else:
            label = (
                f"{formats.shortened(name, 60)}: first token {formats.duration(speed.base_s * 1e9)}"
                f" + {formats.duration(speed.per_input_s * 1e12)} per 1k input, then "
                f"{formats.duration(speed.per_output_s * 1e9)} a token ({speed.calls} calls)"
            )
            made.append({"value": name, "label": label})
    return made


def refused(words: str) -> Component:
    """A change that cannot be tried, in words."""
    return html.P(words, className="wi-refused", role="alert")


def asks_for_model() -> Component:
    """Before another model is chosen."""
    return html.P(
        "Choose the model that would answer. Its speed is fitted from its calls of the last seven "
        "days; a model with fewer than 20 streamed calls is not offered.",
        className="tr-dim",
    )


def answer(found: TraceAnswer, change: Change) -> Component:
    """New duration, what is saved, money, curve, and the steps of the new path."""
    return html.Div(
        [
            html.Div(_facts(found), className="wi-facts"),
            _notes(found, change),
            html.Div([_curve(found), _steps(found.steps)], className="wi-details"),
        ]
    )


def _facts(found: TraceAnswer) -> list[Component]:
    saved = found.before_ns - found.after_ns
    share = saved / found.before_ns if found.before_ns else 0.0
    word = "saved" if saved >= 0 else "longer"
    return [
        _fact(
            "Duration",
            f"{formats.duration(found.before_ns)} → {formats.duration(found.after_ns)}",
        ),
        _fact(
            word.capitalize(),
            f"{formats.duration(abs(saved))} ({formats.share(abs(share))})",
            "tr-good" if saved > 0 else "tr-bad" if saved < 0 else "",
        ),
        _fact(
            "Cost",
            f"{words.cost(found.before_usd, found.before_unpriced)} → "
            f"{words.cost(found.after_usd, found.after_unpriced)}",
        ),
    ]


def _fact(label: str, value: str, look: str = "") -> Component:
    return html.Div([html.Span(label, className="wi-label"), html.B(value, className=look)])


def _notes(found: TraceAnswer, change: Change) -> Component | None:
    notes = []
    if found.unknown:
        notes.append(
            f"{found.unknown:,} matching model call{'s stay' if found.unknown > 1 else ' stays'} "
            "as observed: the time to the first token or the token counts are not known."
        )
    if not found.affected:
        notes.append(NOTHING.get(change.what, "No span of this step is changed by this."))
    elif found.before_ns == found.after_ns:
        notes.append("The answer would come no sooner: something else was waited for meanwhile.")
    return html.P(" ".join(notes), className="tr-dim") if notes else None


NOTHING: dict[What, str] = {
    "no_retry": "No failed attempt of this step was followed by another one.",
    "parallel": "No calls of this step ran one after another without a proven need.",
    "cached": "No call of this step has a known time to its first token.",
}


def factor_text(factor: float) -> str:
    """`2x`, or the sign for infinitely fast."""
    return "∞" if math.isinf(factor) else f"{factor:g}x"


def _curve(found: TraceAnswer) -> Component | None:
    if not found.curve:
        return None
    seconds = [ns / formats.NS_PER_S for _, ns in found.curve]
    line = go.Scatter(
        x=[factor_text(factor) for factor, _ in found.curve], y=seconds, mode="lines+markers",
        line={"color": theme.SKY, "width": 2}, marker={"size": 5},
        customdata=[formats.duration(ns) for _, ns in found.curve],
        hovertemplate="%{x} as fast: %{customdata}<extra></extra>",
    )  # fmt: skip
    made = charts.figure(
        line,
        showlegend=False,
        xaxis={"type": "category", "title": {"text": "this step so many times as fast"}},
        yaxis={"rangemode": "tozero", "nticks": 4, "title": {"text": "duration, s"}},
    )
    told = ", ".join(f"{factor_text(f)} {formats.duration(ns)}" for f, ns in found.curve)
    return html.Div(
        charts.graph(made, f"Duration by how fast the step is: {told}", height=190),
        className="wi-curve",
    )


def _steps(steps: Sequence[StepTime]) -> Component:
    rows: list[list[parts.Child]] = [
        [_step_name(one), formats.duration(one.before_ns), formats.duration(one.after_ns)]
        for one in steps
    ]
    return parts.table(
        ("Step on the new path", "Before#", "After#"), rows, "Steps of the new critical path"
    )


def _step_name(one: StepTime) -> Component:
    detail = one.model if one.kind in MODEL_KINDS else ""
    return parts.name(" · ".join(text for text in (one.step, detail or one.kind) if text))
