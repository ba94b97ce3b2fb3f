"""What a prompt's tokens were spent on, as one bar with numbers. Pure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from longpole.core.messages import Budget, Share
from longpole.ui import formats
from longpole.ui.trace.dom import dom

NAMES = {
    "system": "instructions",
    "tools": "tools",
    "history": "history",
    "retrieved": "retrieved",
    "user": "user",
    "media": "media",
    "unrecorded": "not recorded",
}
# Beyond this ratio of reported to counted tokens something that was sent was not recorded.
FAR_MORE = 2.0


def budget_bar(budget: Budget | None) -> Component | None:
    """A stacked bar and its legend; None where there is nothing to show."""
    if budget is None or not budget.total:
        return None
    shares = [share for share in budget.shares if share.tokens]
    total = f"{budget.total:,} input tokens"
    estimated = any(share.how == "estimated" for share in shares)
    mark = [html.Span("estimate", className="tr-badge tr-warn")] if estimated else []
    return html.Section(
        [
            html.H3("Prompt by part"),
            " ",
            *mark,
            html.Div([_piece(share, budget) for share in shares], className="tr-budget"),
            html.Ul([_legend(share, budget) for share in shares], className="tr-budget-legend"),
            html.P(f"{total}. {_explained(budget, estimated)}", className="tr-dim"),
        ],
        **dom(aria_label="Prompt by part"),
    )


def _piece(share: Share, budget: Budget) -> Component:
    return html.Div(
        style={"flexGrow": share.tokens}, title=_words(share, budget), **dom(data_budget=share.part)
    )


def _legend(share: Share, budget: Budget) -> Component:
    about = "" if share.how == "estimated" else " exact"
    part = formats.share(share.tokens / budget.total)
    return html.Li(
        [
            html.I(className="tr-swatch", **dom(data_budget=share.part)),
            f"{NAMES[share.part]} ",
            html.B(f"{share.tokens:,}"),
            html.Span(f" {part}{about}", className="tr-dim"),
        ]
    )


def _words(share: Share, budget: Budget) -> str:
    part = formats.share(share.tokens / budget.total)
    return f"{NAMES[share.part]}: {share.tokens:,} tokens, {part}, {share.how}"


def _explained(budget: Budget, estimated: bool) -> str:
    if not estimated:
        return "As the instrumentation reported them."
    said = f"Texts counted with {budget.vocabulary}"
    said += ", long ones by samples" if budget.sampled else ""
    if budget.media_uncounted:
        said += f"; {_files(budget.media_uncounted)} not, their tokens are in the other parts"
    if budget.total_how == "estimated":
        return f"{said}; the input tokens were not reported."
    said += "; scaled to the reported total."
    if budget.counted and budget.total / budget.counted > FAR_MORE:
        said += (
            f" The recorded texts have about {budget.counted:,} tokens: part of the prompt was "
            "not recorded."
        )
    return said


def _files(count: int) -> str:
    return "1 file is" if count == 1 else f"{count:,} files are"
