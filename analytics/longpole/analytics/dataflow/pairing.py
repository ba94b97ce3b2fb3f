"""Which call of a model each run of a tool answers, where no id says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from longpole.core.messages import Json


@dataclass(frozen=True)
class Ask:
    """A model asked for a tool; several spans may report the same call, by its id."""

    id: str
    span: str
    name: str
    arguments: Json
    end_ns: int


@dataclass(frozen=True)
class Run:
    """A tool's span. `arguments` is what it recorded: at times a schema, or nothing."""

    span: str
    name: str
    arguments: Json
    start_ns: int


def pair(asks: Sequence[Ask], runs: Sequence[Run], tolerance_ns: int) -> list[tuple[str, str]]:
    """Span of a run and id of its call, for the runs of one trace that leave no doubt.

    A call is run once. The runs go in order of time; each takes a call of that name and those
    arguments that was made before, or, where its arguments are not recorded, of that name. Calls of
    two models that both fit leave a doubt, and the run no pair; which of several calls that one
    model made at once is taken changes nothing for who waited for whom.
    """
    waiting = _once(asks)
    found = []
    for run in sorted(runs, key=lambda run: (run.start_ns, run.span)):
        open_calls = [
            ask
            for ask in waiting
            if ask.name == run.name and ask.end_ns <= run.start_ns + tolerance_ns
        ]
        equal = [ask for ask in open_calls if ask.arguments == run.arguments]
        fitting = equal or [ask for ask in open_calls if not _differ(ask.arguments, run.arguments)]
        if len({ask.span for ask in fitting}) == 1:
            found.append((run.span, fitting[0].id))
            waiting.remove(fitting[0])
    return found


def _once(asks: Sequence[Ask]) -> list[Ask]:
    """Each call once, by its first report."""
    first: dict[str, Ask] = {}
    for ask in sorted(asks, key=lambda ask: (ask.end_ns, ask.span)):
        first.setdefault(ask.id, ask)
    return list(first.values())


def _differ(asked: Json, recorded: Json) -> bool:
    """Both are arguments, of the same names, and their values are not the same."""
    if not (isinstance(asked, dict) and isinstance(recorded, dict)) or not recorded:
        return False
    return (
        asked.keys() == recorded.keys()
        and asked != recorded
        and not any(isinstance(value, dict) and "type" in value for value in recorded.values())
    )
