"""Building blocks of workflows. A `Part` is a pure function: a run and a start time in, spans out.

Parts combine: `then` one after the other, `together` at once, and an `agent`, a `step` or a
request encloses another part. A part that fails for good (`fatal`) stops what would follow it.
"""

from __future__ import annotations

from collections.abc import Callable

from longpole.cli.demo.planned import MS, PlannedSpan, Run, SpanKind, Value

Part = Callable[[Run, int], list[PlannedSpan]]


def then(*parts: Part) -> Part:
    """One after the other, with the program's own short gaps between."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        spans: list[PlannedSpan] = []
        for part in parts:
            made = part(run, at)
            spans += made
            if any(span.fatal for span in made):
                break
            at = _end(made, at) + run.nanoseconds(0.003, 0.5)
        return spans

    return build


def together(*parts: Part) -> Part:
    """All at once; they start a moment apart, as tasks do."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        spans: list[PlannedSpan] = []
        for part in parts:
            spans += part(run, at)
            at += run.nanoseconds(0.0008, 0.4)
        return spans

    return build


def sometimes(share: float, part: Part) -> Part:
    """A part that only this share of runs has."""
    return lambda run, at: part(run, at) if run.rng.random() < share else []


def detached(part: Part) -> Part:
    """Work that is started and not waited for."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        spans = part(run, at)
        for span in spans:
            span.detached = True
        return spans

    return build


def enclose(
    name: str,
    service: str,
    inner: Part,
    attributes: Callable[[Run], dict[str, Value]],
    kind: SpanKind = "internal",
    around_ms: float = 2.0,
) -> Part:
    """A span around another part, which it waits for."""

    def build(run: Run, at: int) -> list[PlannedSpan]:
        inside = inner(run, at + run.nanoseconds(around_ms / 1000, 0.4))
        end = _end(inside, at) + run.nanoseconds(around_ms / 1000, 0.4)
        span = PlannedSpan(name, service, at, end, attributes(run), inside, kind)
        broken = next((child for child in inside if child.fatal), None)
        if broken is not None:
            span.error, span.fatal = broken.error, True
        return [span]

    return build


def agent(service: str, name: str, provider: str, inner: Part) -> Part:
    """One run of an agent."""
    return enclose(
        f"invoke_agent {name}", service, inner,
        lambda run: {
            "gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": provider,
            "gen_ai.agent.name": name, "gen_ai.conversation.id": run.session,
        },
    )  # fmt: skip


def step(service: str, name: str, inner: Part) -> Part:
    """A named part of an agent's work, as the SDK's `step` marks it."""
    return enclose(name, service, inner, lambda run: {"gen_ai.operation.name": "agent_step"})


def _end(spans: list[PlannedSpan], at: int) -> int:
    """When everything that is waited for has ended, and the rest has been started."""
    ends = (span.start_ns if span.detached else span.end_ns for span in spans)
    return max(ends, default=at + MS)
