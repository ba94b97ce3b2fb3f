"""Hashes tell equal content and shared prefixes, and nothing without the key."""

from __future__ import annotations

import json

from provider_requests import WHOLE

from longpole.core.messages import Conversation, Hashes, content_hash, read_messages
from longpole.core.messages.hashes import MAX_PREFIXES

KEY = b"an instance's own key"


def hashed(found: Conversation, key: bytes = KEY) -> Hashes:
    hashes = content_hash(found, key)
    assert hashes is not None
    return hashes


def said(*texts: str, answer: str = "ok") -> Conversation:
    asked = [{"role": "user", "content": text} for text in texts]
    return read_messages({"gen_ai.input.messages": json.dumps(asked), "output.value": answer})


def test_a_longer_prompt_shares_the_prefixes_of_the_shorter() -> None:
    one, two = hashed(said("a", "b")), hashed(said("a", "b", "c"))
    assert two.prefixes[:3] == one.prefixes
    assert len(two.prefixes) == 4
    assert one.content != two.content


def test_a_changed_beginning_shares_nothing_but_the_instructions() -> None:
    one, two = hashed(said("a", "b")), hashed(said("x", "b"))
    assert one.prefixes[0] == two.prefixes[0]
    assert not set(one.prefixes[1:]) & set(two.prefixes[1:])


def test_the_answer_is_in_the_content_and_not_in_the_prompt() -> None:
    one, two = hashed(said("a", answer="x")), hashed(said("a", answer="y"))
    assert one.prefixes == two.prefixes
    assert one.content != two.content


def test_the_dialect_does_not_matter() -> None:
    prompts = [
        read_messages({"input.value": json.dumps(WHOLE[name][0])})
        for name in ("openai", "responses", "anthropic", "gemini", "bedrock")
    ]
    assert len({hashed(prompt).prefixes for prompt in prompts}) == 1


def test_how_an_answer_ended_does_not_matter() -> None:
    answers = [
        [{"role": "assistant", "content": "Sunny.", "finish_reason": reason}]
        for reason in ("stop", "end_turn", None)
    ]
    calls = [read_messages({"gen_ai.output.messages": json.dumps(answer)}) for answer in answers]
    assert len({hashed(call).content for call in calls}) == 1


def test_without_the_key_a_guess_cannot_be_tested() -> None:
    one, two = hashed(said("yes"), b"one"), hashed(said("yes"), b"two")
    assert not {one.content, *one.prefixes} & {two.content, *two.prefixes}


def test_nothing_said_has_no_hash() -> None:
    assert content_hash(Conversation(), KEY) is None


def test_a_long_conversation_keeps_the_hash_of_the_whole() -> None:
    texts = [str(number) for number in range(MAX_PREFIXES + 50)]
    one = hashed(said(*texts))
    assert len(one.prefixes) == MAX_PREFIXES == len(json.loads(one.to_json()))
    assert one.prefixes[-1] != hashed(said(*texts[:-1])).prefixes[-1]
