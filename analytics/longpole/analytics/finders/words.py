"""What a finder's finding is called, why it matters and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longpole.analytics.detect.wording import duration, significant, usd

AGAIN = "Answer them from a cache keyed by what was asked, or keep the answer within the run."


@dataclass(frozen=True)
class Words:
    """Texts of one finder; `title` and `reason` are filled with the numbers of a finding."""

    area: str
    title: str
    reason: str
    look: str


WORDS: Mapping[str, Words] = {
    "serial_siblings": Words(
        "architecture",
        "{what} run one after the other",
        "{count} of {what} in a request ran one after the other, {proof}.",
        "Start them together (asyncio.gather, a thread pool, parallel tool calls); check first "
        "that they share no state that the trace does not show.",
    ),
    "repeated_calls": Words(
        "architecture",
        "{what} is asked the same again",
        "{count} calls of {what} in a request asked what was asked before ({proof}).",
        AGAIN,
    ),
    "loops": Words(
        "architecture",
        "{what} is called in a loop that gets nowhere",
        "{what} is called up to {value} times in a run with the same arguments and answers the "
        "same; no call brought anything new.",
        "Tell the model what was tried, stop after the second equal answer, or limit the steps.",
    ),
    "uncached_prefix": Words(
        "communication",
        "{what} sends a long beginning again that no cache read",
        "{count} calls of {what} in a request began as an earlier prompt did, and {value} tokens "
        "that could have come from the provider's cache were read again in full.",
        "Keep instructions and tools first and unchanged (no time, no ids, stable order of tools), "
        "switch prompt caching on, and keep calls within its lifetime.",
    ),
    "wasted_branches": Words(
        "architecture",
        "the result of {what} is not used",
        "{count} runs of {what} in a request gave results that no later call took in, in requests "
        "where the use of others shows.",
        "Leave the step out, or begin it only when its result is needed.",
    ),
    "speculative": Words(
        "architecture",
        "{what} could start before the model asks for it",
        "In {value} % of the calls the model asks {what} for the same; it could start with the "
        "model call instead of after it.",
        "Start it beside the model call and throw it away where the model decides otherwise.",
    ),
    "context_growth": Words(
        "communication",
        "the prompt of {what} grows with each turn",
        "The prompt grows by {value} tokens a turn over {count} turns, and most of it was sent "
        "before.",
        "Summarise or cut history, drop tool results that were used, cache the beginning.",
    ),
}
ONE = {"1 calls of": "One call of", "1 runs of": "One run of"}
PROOFS = {
    "data": "and the data shows that none used another's result",
    "assumed": "and nothing shows that one used another's result (assumed: no content was there)",
}


def title(name: str, row: Mapping[str, Any]) -> str:
    """One line without numbers, so that it stays the same while the incident lasts."""
    text = WORDS[name].title.format(what=row["What"])
    return text[:1].upper() + text[1:]


def reason(name: str, row: Mapping[str, Any], tells_days: bool = True) -> str:
    """Why, with the numbers: how often, how much time and money in a request and, if so, a day."""
    said = WORDS[name].reason.format(
        what=row["What"],
        count=significant(row["CountMean"]),
        value=significant(row["ValueMean"] or 0, 3),
        proof=PROOFS.get(row["Evidence"], row["Evidence"]),
    )
    for several, one in ONE.items():
        said = said.replace(several, one) if said.startswith(several) else said
    seen = (
        f"Seen in {row['Traces']:,} of {row['AllTraces']:,} requests to {row['RootName']} "
        f"({row['Share']:.0%})".replace("%", " %")
    )
    saving = _saving(row) if tells_days else _saving_each(row)
    return f"{said} {seen}: {saving}."


def _saving(row: Mapping[str, Any]) -> str:
    parts = []
    if row["SavedNsMean"]:
        parts.append(f"{_time_each(row)}, {duration(row['NsPerDay'])} a day")
    if row["UsdPerDay"]:
        parts.append(f"{usd(row['UsdPerDay'])} a day")
    return " and ".join(parts) or "no time on the critical path"


def _saving_each(row: Mapping[str, Any]) -> str:
    parts = [_time_each(row)] if row["SavedNsMean"] else []
    if row["SavedUsd"]:
        parts.append(f"{usd(row['SavedUsd'] / row['Traces'])} each")
    return " and ".join(parts) or "no time on the critical path"


def _time_each(row: Mapping[str, Any]) -> str:
    return f"{duration(row['SavedNsMean'])} of {duration(row['TraceNsMean'])} each"
