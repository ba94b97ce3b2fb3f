"""Hashes of content that is removed or cut."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from planted import attributes_of, trace_with

from longpole.core.errors import StoreError
from longpole.core.messages import CALLS_ANSWERED, CALLS_MADE, CONTENT_HASH, PREFIX_HASHES
from longpole.core.otlp.signals import Signal
from longpole.core.settings import PrivacySettings
from longpole.ingest.privacy import Redactor, own_key
from longpole.ingest.privacy.hashing import KEY_FILE

KEY = b"k" * 32


def asked(*texts: str) -> str:
    parts = [{"role": "user", "parts": [{"type": "text", "content": text}]} for text in texts]
    return json.dumps(parts)


def kept(
    request: ExportTraceServiceRequest, content: str = "off", key: bytes = KEY, **chosen: object
) -> dict[str, object]:
    settings = PrivacySettings.model_validate({"content": content, **chosen})
    redactor = Redactor(settings, key)
    redactor.apply(Signal.TRACES, request, request.SerializeToString())
    return attributes_of(request)


def prefixes(attributes: dict[str, object]) -> list[str]:
    found: list[str] = json.loads(str(attributes[PREFIX_HASHES]))
    return found


def test_what_was_said_is_gone_and_its_hashes_are_there() -> None:
    found = kept(trace_with(gen_ai__input__messages=asked("Weather?", "In Paris?")))
    assert "Weather" not in str(found)
    assert re.fullmatch("[0-9a-f]{32}", str(found[CONTENT_HASH]))
    assert [re.fullmatch("[0-9a-f]{16}", one) is not None for one in prefixes(found)] == [True] * 3


def test_longer_prompts_share_the_prefixes_of_shorter_ones() -> None:
    one = kept(trace_with(gen_ai__input__messages=asked("a")))
    two = kept(trace_with(gen_ai__input__messages=asked("a", "b")))
    assert prefixes(two)[:2] == prefixes(one)
    assert one[CONTENT_HASH] != two[CONTENT_HASH]


def test_cut_content_has_the_hashes_of_the_whole() -> None:
    text = asked("What is the weather like in Paris today, please?")
    off = kept(trace_with(gen_ai__input__messages=text))
    cut = kept(trace_with(gen_ai__input__messages=text), content="10")
    short = kept(trace_with(gen_ai__input__messages=text), content="5000")
    assert off[CONTENT_HASH] == cut[CONTENT_HASH] == short[CONTENT_HASH]
    assert "characters cut" in str(cut["gen_ai.input.messages"])


def test_native_values_and_events_hash_as_json_text_does() -> None:
    text = trace_with(gen_ai__input__messages=asked("a"))
    native = trace_with(other=1)
    span = native.resource_spans[0].scope_spans[0].spans[0]
    message = span.attributes.add(key="gen_ai.input.messages").value.array_value.values.add()
    message.kvlist_value.values.add(key="role").value.string_value = "user"
    listed = message.kvlist_value.values.add(key="parts").value.array_value.values.add()
    listed.kvlist_value.values.add(key="type").value.string_value = "text"
    listed.kvlist_value.values.add(key="content").value.string_value = "a"
    events = trace_with(other=1)
    event = events.resource_spans[0].scope_spans[0].spans[0].events.add(name="gen_ai.user.message")
    event.attributes.add(key="content").value.string_value = "a"
    assert len({str(kept(one)[PREFIX_HASHES]) for one in (text, native, events)}) == 1


def test_the_key_decides_and_the_setting_comes_before_the_instances_own() -> None:
    def hashed(**chosen: object) -> object:
        return kept(trace_with(gen_ai__input__messages=asked("yes")), **chosen)[CONTENT_HASH]  # type: ignore[arg-type]

    assert hashed() == hashed() != hashed(key=b"other" * 8)
    chosen = hashed(hash_key="0123456789abcdef")
    assert chosen == hashed(hash_key="0123456789abcdef", key=b"other" * 8) != hashed()


def test_a_sender_cannot_claim_another_hash() -> None:
    request = trace_with(gen_ai__input__messages=asked("a"))
    span = request.resource_spans[0].scope_spans[0].spans[0]
    for key in (CONTENT_HASH, PREFIX_HASHES):
        span.attributes.add(key=key).value.string_value = "claimed"
    found = kept(request)
    assert found[CONTENT_HASH] != "claimed"
    assert [pair.key for pair in span.attributes].count(CONTENT_HASH) == 1


def test_dropped_attributes_are_in_no_hash() -> None:
    one = kept(trace_with(input__value="Weather?"), drop_attributes=("input.value",))
    assert one == {}


def test_content_that_is_kept_is_not_hashed_at_ingest() -> None:
    request = trace_with(gen_ai__input__messages=asked("a"))
    settings = PrivacySettings(content="on")
    assert not Redactor(settings, KEY).apply(Signal.TRACES, request, request.SerializeToString())
    assert CONTENT_HASH not in attributes_of(request)


def test_ids_of_tool_calls_stay_where_what_was_said_goes() -> None:
    call = {"type": "tool_call", "id": "call_2", "name": "look_up", "arguments": {"key": "secret"}}
    result = {"type": "tool_call_response", "id": "call_1", "response": "secret"}
    said = trace_with(
        gen_ai__input__messages=json.dumps([{"role": "tool", "parts": [result]}]),
        gen_ai__output__messages=json.dumps([{"role": "assistant", "parts": [call]}]),
    )
    attributes = kept(said)
    assert json.loads(str(attributes[CALLS_MADE])) == [{"id": "call_2"}]
    assert json.loads(str(attributes[CALLS_ANSWERED])) == [{"id": "call_1"}]
    assert "secret" not in str(attributes)


def test_hashes_can_be_switched_off() -> None:
    found = kept(trace_with(gen_ai__input__messages=asked("a")), content_hashes=False)
    assert CONTENT_HASH not in found


def test_without_any_key_there_are_no_hashes() -> None:
    assert CONTENT_HASH not in kept(trace_with(gen_ai__input__messages=asked("a")), key=b"")


def test_log_records_of_messages_are_hashed_and_others_are_not() -> None:
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    said, plain = records.add(event_name="gen_ai.user.message"), records.add()
    said.body.kvlist_value.values.add(key="content").value.string_value = "Weather?"
    plain.body.string_value = "started"
    redactor = Redactor(PrivacySettings(content="off"), KEY)
    counts = redactor.apply(Signal.LOGS, request, request.SerializeToString())
    assert counts["content_hashed"] == 1
    assert CONTENT_HASH in [pair.key for pair in said.attributes]
    assert CONTENT_HASH not in [pair.key for pair in plain.attributes]


def test_an_instance_makes_its_key_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    key = own_key(tmp_path)
    assert len(key) == 32 and own_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    (other := tmp_path / "other").mkdir()
    assert own_key(other) != key
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(StoreError, match="remove it"):
        own_key(tmp_path)
