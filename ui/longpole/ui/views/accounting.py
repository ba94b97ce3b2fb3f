"""The ledger, the spools and the dead letters on the Settings page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from longpole.ui import formats, theme
from longpole.ui.accounts import Account
from longpole.ui.views import parts
from longpole.ui.views.actions import act

Row = dict[str, Any]
UNKNOWN_PROJECT = "no project"
STATE_TONES = {"kept": "warn", "replayed": "good", "dropped": "quiet"}
ELSEWHERE = (
    "Ingest runs in another process: replay and drop with `longpole dead-letters` on its host."
)


def accounts_card(accounts: Sequence[Account]) -> Component:
    """Whether everything that was accepted is accounted for."""
    if not accounts:
        return parts.empty(
            "Nothing has come for this project yet",
            "Point an application at this server, as said below. What a collector writes into the "
            "store itself is not counted here.",
        )
    heads = ["Signal", "Accepted#", "= Stored#", "+ Rejected#", "+ Waiting#", "Difference#",
             "Retries#", "Refused#", "Received#"]  # fmt: skip
    note = "Accepted, stored, rejected and waiting count items; retries and refused count requests."
    return parts.card(
        "What became of everything that was sent",
        [
            parts.table(heads, [_account(one) for one in accounts], "Accounts"),
            _reasons(accounts),
        ],
        note,
    )


def spools_card(spools: Sequence[Row], now_ms: int) -> Component:
    """How the ingest processes are doing."""
    heads = ["Host", "Waiting", "Oldest waiting#", "Dead letters#", "Storing", "Folder", "Reported"]
    if not spools:
        body: Component = html.P("No ingest process has reported yet.", className="lp-dim")
    else:
        body = parts.table(heads, [_spool(row, now_ms) for row in spools], "Spools")
    return parts.card("Spools", body, "Accepted requests that are not stored yet. All projects.")


def letters_card(letters: Sequence[Row], can_act: bool) -> Component:
    """Requests that the store refused, and what may be done about each."""
    if not letters:
        body: Component = html.P(
            "None. A request that the store refuses is kept here with the reason.",
            className="lp-calm",
        )
        return parts.card("Dead letters", body)
    total = int(letters[0]["Letters"])
    more = f"The newest {len(letters):,} of {total:,}." if total > len(letters) else None
    heads = ["Refused", "Signal", "Items#", "Size#", "Reason", "State", ""]
    table = parts.table(heads, [_letter(row, can_act) for row in letters], "Dead letters")
    return parts.card("Dead letters", table, more if can_act else [ELSEWHERE, " ", more])


def _account(account: Account) -> list[parts.Child]:
    wrong = account.difference != 0
    difference = parts.badge(f"{account.difference:,}", "bad" if wrong else "good")
    rejected = sum(account.rejected.values())
    refused = sum(account.refused.values())
    return [
        html.Span([account.signal or "unknown", html.Span(_whose(account), className="lp-dim")]),
        f"{account.accepted:,} {account.unit}",
        f"{account.stored:,}",
        html.Span(f"{rejected:,}", className="lp-bad" if rejected else None),
        f"{account.waiting:,}",
        difference,
        f"{account.repeated:,}",
        html.Span(f"{refused:,}", className="lp-bad" if refused else None),
        formats.size(account.bytes),
    ]


def _whose(account: Account) -> str:
    return "" if account.project else f" · {UNKNOWN_PROJECT}"


def _reasons(accounts: Sequence[Account]) -> Component | None:
    rows = [row for account in accounts for row in _reasons_of(account)]
    if not rows:
        return None
    heads = ["Signal", "What", "Why", "How many#"]
    return html.Div(parts.table(heads, rows, "Reasons"), className="lp-reasons")


def _reasons_of(account: Account) -> Iterator[list[parts.Child]]:
    signal = f"{account.signal or 'unknown'}{_whose(account)}"
    for reason, items in account.rejected.items():
        yield [signal, "rejected", _words(reason), f"{items:,} {account.unit}"]
    for reason, requests in account.refused.items():
        yield [signal, "refused", _words(reason), f"{requests:,} requests"]


def _spool(row: Row, now_ms: int) -> list[parts.Child]:
    waiting, limit = int(row["WaitingBytes"]), int(row["LimitBytes"])
    part = waiting / limit if limit else 0.0
    colour = theme.VERMILION if part > 0.8 else theme.BLUE
    age = row["OldestWaitingAgeMs"]
    failed = row["LastError"]
    return [
        parts.name(row["Host"]),
        html.Span(
            [parts.bar(part, colour), f"{formats.size(waiting)} of {formats.size(limit)}"],
            className="lp-withbar",
        ),
        "-" if age is None else formats.duration(age * 1e6),
        f"{int(row['DeadLetters']):,}",
        html.Span([parts.badge("failed", "bad"), " ", _words(failed)])
        if failed
        else parts.badge("works", "good"),
        parts.name(row["Folder"]),
        formats.ago((now_ms - int(row["UpdatedMs"])) / 1000),
    ]


def _letter(row: Row, can_act: bool) -> list[parts.Child]:
    kept = row["State"] == "kept"
    return [
        formats.instant_ms(row["RefusedMs"]),
        row["Signal"] or "unknown",
        f"{row['Items']:,}",
        formats.size(row["Bytes"]),
        _words(row["Reason"]),
        parts.badge(row["State"], STATE_TONES.get(row["State"], "quiet")),
        _buttons(row, can_act) if kept else None,
    ]


def _buttons(row: Row, can_act: bool) -> Component:
    what = f"these {row['Items']:,} items"
    segments = ("ingest", "dead-letters", row["Spool"], row["Id"])
    return html.Span(
        [
            act("Replay", *segments, "replay", disabled=not can_act),
            act("Drop", *segments, "drop", disabled=not can_act,
                question=f"Drop {what} for good? They cannot be had back."),
        ],
        className="lp-acts",
    )  # fmt: skip


def _words(text: str) -> Component:
    """Words from outside: cut by CSS, whole in the tooltip, their direction kept to themselves."""
    return html.Span(html.Bdi(text[:400]), className="lp-why", title=text[:2000])
