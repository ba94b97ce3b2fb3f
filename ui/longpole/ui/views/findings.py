"""Findings as cards and as a list."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.state import address
from longpole.ui.views import parts

Row = dict[str, Any]
# What a finder notes with each finding, and no other detector.
MS_PER_DAY = "ms_per_day"
STATE_WORDS: dict[str, str] = {"firing": "firing", "pending": "may start", "resolved": "resolved"}
SEVERITY_TONES: dict[str, str] = {"critical": "bad", "warning": "warn", "info": "quiet"}


def state_badge(row: Row) -> Component:
    """State in a word; the tone of an open one is its severity."""
    tone: str = SEVERITY_TONES.get(row["Severity"], "quiet")
    if row["State"] == "resolved":
        tone = "good"
    elif row["State"] == "pending":
        tone = "quiet"
    return parts.badge(STATE_WORDS.get(row["State"], str(row["State"])), tone)


def where(row: Row) -> str:
    """The step a finding is about, as far as it is named."""
    return " · ".join(part for part in (row["Service"], row["Agent"], row["Step"]) if part)


def is_saving(row: Row) -> bool:
    """Whether it is of a finder: what could be saved in whole runs, not a change of a step."""
    return MS_PER_DAY in row.get("Attribution", {})


def size(row: Row) -> str:
    """What it costs: added time a call, or money a day; of a finder both, where there is any."""
    if is_saving(row):
        time, usd = row["SizeMs"], row["SizeUsdPerDay"]
        said = [f"{formats.duration(time * 1e6)} a request"] if time else []
        return " and ".join(said + ([f"{formats.money(usd)} a day"] if usd else [])) or "-"
    if row["SizeUsdPerDay"] is not None:
        return f"{signed(formats.money(row['SizeUsdPerDay']))} a day"
    if row["SizeMs"] is not None:
        return f"{signed(formats.duration(row['SizeMs'] * 1e6))} a call"
    return "-"


def signed(text: str) -> str:
    """A plus before what has no minus."""
    return text if text.startswith("-") else f"+{text}"


def observed(row: Row) -> str:
    """Observed against expected, in the finding's unit."""
    unit = row["Unit"]
    return (
        f"{formats.quantity(row['Observed'], unit)} instead of "
        f"{formats.quantity(row['Expected'], unit)}"
    )


def finding_card(row: Row) -> Component:
    """One open finding, the whole card a link."""
    tone = SEVERITY_TONES.get(row["Severity"], "quiet") if row["State"] == "firing" else "quiet"
    return dcc.Link(
        [
            html.Div([state_badge(row), html.Bdi(where(row), className="lp-dim lp-clip")]),
            html.Strong(html.Bdi(row["Title"])),
            html.Div(f"{size(row)} · since {formats.moment(row['Onset'])}", className="lp-dim"),
        ],
        href=address(f"/findings/{row['IncidentId']}"),
        className=f"lp-finding lp-edge-{tone}",
    )


def table(rows: list[Row]) -> Component:
    """The list of findings."""
    heads = ["State", "Finding", "Size#", "Since", "Change#", "Observed"]
    return parts.table(heads, [_cells(row) for row in rows], "Findings")


def no_findings(state: str) -> Component:
    """Why the list is empty, and what fills it."""
    if state == "resolved":
        return parts.empty("No resolved findings", "Nothing has been found and gone away yet.")
    return parts.empty(
        "No open findings",
        "Detectors compare each step with its own past and need a few hundred calls of it first. "
        "To see them at work, start a server that plays a slow step and a cost drift:",
        "longpole up --demo",
    )


def _cells(row: Row) -> list[parts.Child]:
    return [
        state_badge(row),
        html.Div(
            [
                dcc.Link(
                    html.Bdi(row["Title"]),
                    href=address(f"/findings/{row['IncidentId']}"),
                    className="lp-link lp-title",
                ),
                html.Div(html.Bdi(where(row)), className="lp-dim lp-clip"),
            ],
            className="lp-what",
        ),
        size(row),
        formats.moment(row["Onset"]),
        formats.signed_share(row["RelativeChange"]),
        observed(row),
    ]
