"""What each finder's finding says: title, reason with its numbers, where to look."""

from __future__ import annotations

from typing import Any

from longpole.analytics.detect.wording import duration, significant, usd

Row = dict[str, Any]
AREAS = {
    "serial_siblings": "architecture",
    "repeated_calls": "communication",
    "loops": "architecture",
    "context_growth": "communication",
}
"""Every finder, and the area its findings belong to."""

TITLES = {
    "serial_siblings": "Calls of {name} run one after the other",
    "repeated_calls": "{name} is asked the same twice",
    "loops": "{name} repeats itself without progress",
    "context_growth": "The prompt of {name} grows turn by turn",
}
REASONS = {
    "serial_siblings": "{times} calls in a row have no other call between them and ask different "
    "things; that they are independent is {proof}. Side by side they would end {saved} earlier in "
    "the median.",
    "repeated_calls": "The same was asked {times} times within one request; the later calls took "
    "{saved} of the critical path in the median.",
    "loops": "The same was asked {times} times within one request without new arguments; all but "
    "the first took {saved} of the critical path in the median.",
    "context_growth": "Input grows by {times} tokens a turn in the median (Theil-Sen), and each "
    "turn sends the one before again.",
}
LOOKS = {
    "serial_siblings": "Start these calls together and wait for all of them.",
    "repeated_calls": "Keep the first answer for the rest of the request, or cache it.",
    "loops": "Stop or change course when a call with the same arguments comes again.",
    "context_growth": "Shorten or summarise old tool results, or cut the history.",
}


def title(detector: str, row: Row) -> str:
    """One line that names the step."""
    return TITLES[detector].format(name=_name(row))


def reason(detector: str, row: Row) -> str:
    """Plain words with the numbers: what was seen, how often, and what it costs a day."""
    seen = REASONS[detector].format(
        times=significant(row["Times"]),
        saved=duration(row["SavedNs"]),
        proof=_proof(row["Proven"]),
    )
    money = f" and {usd(row['UsdPerDay'])}" if row["UsdPerDay"] else ""
    return (
        f"{seen} Seen in {row['Affected']:,} of {row['Requests']:,} requests "
        f"({row['Share']:.0%}) of {row['RootName'] or 'unnamed roots'}; in all "
        f"{duration(row['NsPerDay'])}{money} a day."
    )


def _proof(share: float) -> str:
    """How well independence is known; `share` of the runs have recorded data flow."""
    if share == 1:
        return "known from recorded data flow (data)"
    if share == 0:
        return "assumed from their order"
    return f"known from recorded data flow in {share:.0%} of them and assumed in the others"


def _name(row: Row) -> str:
    return str(row["Step"] or row["Agent"] or row["Operation"] or row["Service"])
