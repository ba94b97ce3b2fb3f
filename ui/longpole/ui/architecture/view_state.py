"""How the Architecture page is looked at: selection, rows and comparison, all in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from longpole.ui.architecture.selection import MIDDLE, TAIL, Selection, address, parse
from longpole.ui.architecture.statements import BY

PATH = "/architecture"
PREVIOUS, BANDS, RELEASE = "previous", "bands", "release:"
ROWS = ("step", "kind", "phase", "release", "band", "root", "model", "agent", "service")
LONGEST = 500


@dataclass(frozen=True)
class View:
    """`by` is what a row of the table is; `compare` is `previous`, `bands` or `release:<name>`;
    `faster` is the step that the what-if section asks about, empty the longest.
    """

    selection: Selection = field(default_factory=Selection)
    by: str = "step"
    compare: str = PREVIOUS
    faster: str = ""

    @property
    def href(self) -> str:
        """The address that restores this view."""
        more = {"by": self.by} if self.by != "step" else {}
        if self.compare != PREVIOUS:
            more["compare"] = self.compare
        if self.faster:
            more["faster"] = self.faster
        return with_parameters(address(PATH, self.selection), more)


@dataclass(frozen=True)
class Comparison:
    """Two selections and what they are called; `why_not` says why they cannot be compared."""

    before: Selection
    after: Selection
    words: str
    why_not: str = ""


def read_view(query: Mapping[str, object]) -> View:
    """Read the page's query string; what cannot be understood counts as not given."""
    by, compare = _text(query, "by"), _text(query, "compare")
    known = compare in (PREVIOUS, BANDS) or compare.startswith(RELEASE)
    return View(
        parse(query),
        by if by in BY else "step",
        compare if known else PREVIOUS,
        _text(query, "faster"),
    )


def comparison(view: View) -> Comparison:
    """The two sets of traces that the view compares, the older or shorter ones first."""
    chosen = view.selection
    if view.compare == BANDS:
        bands = (replace(chosen, band=MIDDLE), replace(chosen, band=TAIL))
        return Comparison(*bands, f"traces of {TAIL} against those of {MIDDLE}")
    if view.compare.startswith(RELEASE):
        other = view.compare.removeprefix(RELEASE)
        now = chosen.release or "all releases"
        same = "Both sides are the same release; choose another one." if other == now else ""
        before = replace(chosen, release=other)
        return Comparison(before, chosen, f"{now} against release {other}", same)
    before_window = chosen.window.previous
    earlier = replace(chosen, from_ns=before_window.start_ns, to_ns=before_window.end_ns)
    endless = chosen.window.start_ns <= 0
    why_not = "All of time has nothing before it; choose a shorter time range." if endless else ""
    return Comparison(earlier, chosen, "this time range against the one before", why_not)


def filtered(view: View, values: Mapping[str, str]) -> View:
    """The view with other filters; a variant belongs to its root operation and goes with it."""
    chosen = view.selection
    if values.get("root_name", chosen.root_name) != chosen.root_name:
        values = {**values, "variant": ""}
    return replace(view, selection=replace(chosen, **values))  # type: ignore[arg-type]  # texts only


def with_parameters(href: str, more: Mapping[str, str]) -> str:
    """Add parameters to an address of this app."""
    if not more:
        return href
    return f"{href}{'&' if '?' in href else '?'}{urlencode(more)}"


def _text(query: Mapping[str, object], name: str) -> str:
    value = query.get(name)
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value or "")[:LONGEST]
