"""Sessions reach every span started inside, also those of libraries."""

from __future__ import annotations

import asyncio

from opentelemetry import trace

import longpole.sdk as longpole
from longpole.sdk.testing import CapturedSpans

CONVERSATION = "gen_ai.conversation.id"


def test_a_session_marks_own_and_foreign_spans(spans: CapturedSpans) -> None:
    library = trace.get_tracer("some.library")
    with longpole.session("s1", user="u1"), longpole.step("ours"), library.start_span("theirs"):
        pass
    with longpole.step("after"):
        pass
    for name in ("ours", "theirs"):
        told = dict(spans.named(name).attributes or {})
        assert (told[CONVERSATION], told["user.id"]) == ("s1", "u1")
    assert CONVERSATION not in (spans.named("after").attributes or {})


def test_an_inner_session_wins_and_keeps_the_user(spans: CapturedSpans) -> None:
    with longpole.session("outer", user="u1"), longpole.session("inner"), longpole.step("s"):
        pass
    told = dict(spans.named("s").attributes or {})
    assert (told[CONVERSATION], told["user.id"]) == ("inner", "u1")


def test_sessions_of_parallel_tasks_do_not_mix(spans: CapturedSpans) -> None:
    async def talk(id: str) -> None:
        async with longpole.session(id):
            await asyncio.sleep(0)
            async with longpole.agent(id):
                await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*(talk(f"s{number}") for number in range(20)))

    asyncio.run(main())
    assert len(spans.all) == 20
    for span in spans.all:
        told = dict(span.attributes or {})
        assert told[CONVERSATION] == told["gen_ai.agent.name"]
