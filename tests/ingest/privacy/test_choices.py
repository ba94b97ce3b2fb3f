from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from planted import attributes_of, trace_with

from longpole.core.errors import SettingsError
from longpole.core.otlp.signals import Signal
from longpole.core.settings import PrivacySettings
from longpole.ingest.privacy import Redactor
from longpole.ingest.privacy.expressions import compiled_loose

MESSAGES = json.dumps(
    [
        {"role": "system", "parts": [{"type": "text", "content": "Be brief. " * 20}]},
        {"role": "user", "parts": [{"type": "text", "content": "What is the weather? " * 20}]},
    ]
)


def apply(request: object, signal: Signal = Signal.TRACES, **chosen: object) -> dict[str, int]:
    redactor = Redactor(PrivacySettings.model_validate(chosen))
    body = request.SerializeToString()  # type: ignore[attr-defined]
    return dict(redactor.apply(signal, request, body))


def test_attributes_are_dropped_by_name_and_by_pattern() -> None:
    request = trace_with(user__email="a@b", user__name="Ann", username="ann", other=1)
    assert apply(request, drop_attributes=("user.*",)) == {"drop_attributes": 2}
    assert attributes_of(request) == {"username": "ann", "other": 1}
    assert apply(request, drop_attributes=("user",)) == {}
    assert apply(request, drop_attributes=("*",), mask_secrets=False) == {"drop_attributes": 2}
    assert attributes_of(request) == {}


def test_dropping_reaches_resources_events_and_links() -> None:
    request = trace_with(x=1)
    resource = request.resource_spans[0]
    span = resource.scope_spans[0].spans[0]
    holders = [
        resource.resource,
        resource.scope_spans[0].scope,
        span.events.add(),
        span.links.add(),
    ]
    for holder in holders:
        holder.attributes.add(key="host.name").value.string_value = "h"
    assert apply(request, drop_attributes=("host.name",)) == {"drop_attributes": 4}
    assert not any(holder.attributes for holder in holders)


def test_hashes_are_keyed_and_stable() -> None:
    key = "0123456789abcdef"
    request = trace_with(user__id="ann", enduser__id=7, other="ann")
    counts = apply(request, hash_attributes=("user.id", "enduser.id"), hash_key=key)
    assert counts == {"hash_attributes": 2}
    expected = hmac.new(key.encode(), b"ann", hashlib.sha256).hexdigest()[:32]
    kept = attributes_of(request)
    assert kept["user.id"] == expected and kept["other"] == "ann"
    assert re.fullmatch("[0-9a-f]{32}", kept["enduser.id"])


def test_own_expressions() -> None:
    request = trace_with(
        a="card 4111 1111 1111 1111, mail ann@example.com", b="4111", c="x" * 5 + "ärger"
    )
    patterns = (r"\b\d{4}( \d{4}){3}\b", r"(?i)[a-z]+@example\.com", r"^x+", "ärger$")
    counts = apply(request, mask_patterns=patterns)
    assert counts == {f"mask_pattern_{number}": 1 for number in (1, 2, 3, 4)}
    assert attributes_of(request) == {
        "a": "card [redacted], mail [redacted]",
        "b": "4111",
        "c": "[redacted][redacted]",
    }


def test_own_expressions_leave_attribute_keys_alone_and_clean_keys_of_maps() -> None:
    request = trace_with(user__id="user")
    span = request.resource_spans[0].scope_spans[0].spans[0]
    inner = span.attributes.add(key="scores").value.kvlist_value.values.add(key="ann@example.com")
    inner.value.int_value = 3
    apply(request, mask_patterns=("user", "[a-z]+@[a-z.]+"))
    assert [pair.key for pair in span.attributes] == ["user.id", "scores"]
    assert span.attributes[0].value.string_value == "[redacted]"
    assert inner.key == "[redacted]"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+$", "(.*a){20}b", "a.*b|c"])
def test_an_expression_that_hangs_others_does_not_hang_ingest(pattern: str) -> None:
    request = trace_with(note="ac" * 500_000 + "!")
    apply(request, mask_patterns=(pattern,))


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"mask_patterns": ("(a",)}, "missing )"),
        ({"mask_patterns": (r"(?<=x)a",)}, "RE2"),
        ({"mask_patterns": ("a*",)}, "empty"),
    ],
)
def test_expressions_that_cannot_be_used_are_refused(chosen: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(says)) as caught:
        Redactor(PrivacySettings.model_validate(chosen))
    assert "privacy.mask_patterns" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"^abc$", "abc"),
        (r"\babc\b", "abc"),
        (r"\Aabc\z", "abc"),
        (r"[^$]bc", "abc"),
        (r"[]^]bc", "^bc"),
        (r"\^abc\$", "^abc$"),
        (r"\Q^a$\E", "^a$"),
        (r"[[:digit:]^]+$", "^"),
        (r"\\b\.", "\\b."),
    ],
)
def test_anchors_do_not_hide_a_match_among_other_bytes(pattern: str, text: str) -> None:
    raw = b"A\x03" + text.encode() + b"z\x12"
    assert compiled_loose(pattern).search(raw) is not None
    request = trace_with(note=text)
    assert apply(request, mask_patterns=(pattern,)) == {"mask_pattern_1": 1}
    assert attributes_of(request) == {"note": "[redacted]"}


def test_content_off_removes_what_was_said_and_keeps_its_length() -> None:
    request = trace_with(
        gen_ai__input__messages=MESSAGES,
        gen_ai__request__model="gpt",
        gen_ai__prompt__name="greeting",
        **{
            "llm.input_messages.0.message.content": "hello",
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.1.message.content": "you",
            "tool_arguments": "{}",
        },
    )
    assert apply(request, content="off") == {"content_removed": 4}
    assert attributes_of(request) == {
        "gen_ai.request.model": "gpt",
        "gen_ai.prompt.name": "greeting",
        "llm.input_messages.0.message.role": "user",
        "longpole.content.removed": json.dumps(
            {"gen_ai.input.messages": len(MESSAGES), "llm.input_messages": 8, "tool_arguments": 2},
            separators=(",", ":"),
        ),
    }


def test_content_off_empties_content_events_and_log_bodies() -> None:
    request = trace_with(x=1)
    event = request.resource_spans[0].scope_spans[0].spans[0].events.add(name="gen_ai.choice")
    event.attributes.add(key="message").value.string_value = "hello"
    event.attributes.add(key="index").value.int_value = 0
    event.attributes.add(key="finish_reason").value.string_value = "stop"
    other = request.resource_spans[0].scope_spans[0].spans[0].events.add(name="exception")
    other.attributes.add(key="message").value.string_value = "boom"
    assert apply(request, content="off") == {"content_removed": 1}
    assert [pair.key for pair in event.attributes] == [
        "index",
        "finish_reason",
        "longpole.content.removed",
    ]
    assert other.attributes[0].value.string_value == "boom"
    assert apply(request, content="off") == {}
    logs = ExportLogsServiceRequest()
    record = logs.resource_logs.add().scope_logs.add().log_records.add()
    record.body.kvlist_value.values.add(key="content").value.string_value = "hello"
    assert apply(logs, Signal.LOGS, content="off") == {"content_removed": 1}
    assert not record.HasField("body")
    assert record.attributes[0].value.string_value == '{"body":5}'


def test_content_of_a_length_stays_json() -> None:
    request = trace_with(gen_ai__input__messages=MESSAGES, input__value="a" * 500, other="b" * 500)
    assert apply(request, content="300") == {"content_cut": 2}
    kept = attributes_of(request)
    first, second = json.loads(kept["gen_ai.input.messages"])
    assert first["parts"][0]["content"] == "Be brief. " * 20
    assert second["role"] == "user"
    said = ("What is the weather? " * 20)[:100]
    assert second["parts"][0]["content"] == said + "... [320 characters cut]"
    assert kept["input.value"] == "a" * 300 + "... [200 characters cut]"
    assert kept["other"] == "b" * 500
    logs = ExportLogsServiceRequest()
    record = logs.resource_logs.add().scope_logs.add().log_records.add()
    record.body.string_value = "c" * 301
    assert apply(logs, Signal.LOGS, content="300") == {"content_cut": 1}
    assert record.body.string_value == "c" * 300 + "... [1 characters cut]"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '["\\ud800' + "x" * 100 + '"]', '{"a": 1' + " " * 99]
)
def test_content_that_only_begins_like_json_is_cut_plainly(text: str) -> None:
    request = trace_with(input__value=text)
    assert apply(request, content="50") == {"content_cut": 1}
    assert attributes_of(request)["input.value"].startswith(text[:50] + "... [")


def test_a_cut_does_not_part_a_secret() -> None:
    request = trace_with(input__value="a" * 30 + " sk-proj-abcdefgh12345678" + "b" * 99)
    assert apply(request, content="50") == {"openai": 1}
    assert attributes_of(request)["input.value"] == "a" * 30 + " sk-proj-****"


@given(content=st.sampled_from(["on", "off", "7"]), text=st.text(max_size=30))
def test_nothing_said_nothing_changed(content: str, text: str) -> None:
    request = trace_with(note=text)
    before = request.SerializeToString()
    assert apply(request, content=content) == {}
    assert request.SerializeToString() == before


def test_content_off_knows_what_haystack_records() -> None:
    said = {
        "haystack.agent.step.tool.output": "sunny in Paris",
        "haystack.agent.step.llm.output": '{"replies": []}',
        "haystack.component.input": '{"text": "Paris?"}',
        "haystack.pipeline.input_data": '{"embedder": {"text": "Paris?"}}',
    }
    request = trace_with(**said, **{"haystack.tool.name": "get_weather"})
    assert apply(request, content="off") == {"content_removed": len(said)}
    left = attributes_of(request)
    assert left.pop("longpole.content.removed") and left == {"haystack.tool.name": "get_weather"}
