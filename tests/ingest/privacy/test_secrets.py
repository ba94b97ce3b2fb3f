from __future__ import annotations

import base64
import random
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import PLACES, SECRETS, attributes_of, request_with, trace_with

from longpole.core.otlp.signals import Signal
from longpole.core.settings import PrivacySettings
from longpole.ingest.privacy import Redactor

REDACTOR = Redactor(PrivacySettings())
EVERYWHERE = [(signal, place) for signal in Signal for place in PLACES[signal]]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# What may stand right before a secret, with text of any kind before that.
BEFORE = st.sampled_from(
    ["", " ", "\n", '"', "=", ":", "(", "/", "\\n", "\\u0027", "%20", "é", "`"]
)
AFTER = st.sampled_from(["", " ", "\n", '"', ")", ", ", "\\n", "<", "é", "`", "\x00"])


def applied(signal: Signal, request: object, body: bytes | None = None) -> dict[str, int]:
    raw = request.SerializeToString() if body is None else body  # type: ignore[attr-defined]
    return dict(REDACTOR.apply(signal, request, raw))


@pytest.mark.parametrize(("signal", "place"), EVERYWHERE, ids=lambda value: str(value))
def test_no_secret_is_left_in_any_place(signal: Signal, place: str) -> None:
    rng = random.Random(1)
    for kind, make in SECRETS.items():
        secret, hidden = make(rng)
        request = request_with(signal, place, f"it is {secret} you know")
        assert hidden.encode() in request.SerializeToString()
        assert applied(signal, request), kind
        assert hidden.encode() not in request.SerializeToString(), kind
        as_json = request_with(signal, place, f"it is {secret} you know")
        assert REDACTOR.apply(signal, as_json, None), kind
        assert as_json == request


@settings(deadline=None, max_examples=400)
@given(
    where=st.sampled_from(EVERYWHERE),
    kind=st.sampled_from(sorted(SECRETS)),
    seed=st.integers(0, 2**32),
    around=st.tuples(TEXT, BEFORE, AFTER, TEXT),
)
def test_a_secret_is_hidden_and_what_stands_around_it_is_kept(
    where: tuple[Signal, str], kind: str, seed: int, around: tuple[str, str, str, str]
) -> None:
    secret, hidden = SECRETS[kind](random.Random(seed))
    left, before, after, right = around
    # Without a border some text that ends in letters belongs to the word that the secret begins.
    border = before or " "
    text = f"{left}{border}{secret}{after or ' '}{right}"
    request = request_with(where[0], where[1], text)
    untouched = request_with(where[0], where[1], text)
    assert applied(where[0], request)
    raw = request.SerializeToString()
    assert hidden.encode() not in raw
    plain = left.encode().strip()
    if plain and kind not in {"json"} and not SUSPICIOUS & set(left):
        assert plain in raw
    # Only one group was touched.
    field = request.DESCRIPTOR.fields[0].name
    assert getattr(request, field)[0] == getattr(untouched, field)[0]


# A text with these may make a URL, a label or an escape with what follows.
SUSPICIOUS = set(':/"\\@%=-_')


@settings(deadline=None, max_examples=200)
@given(where=st.sampled_from(EVERYWHERE), text=TEXT)
def test_nothing_is_touched_where_nothing_matches(where: tuple[Signal, str], text: str) -> None:
    request = request_with(where[0], where[1], text)
    before = request.SerializeToString()
    assert applied(where[0], request) == {}
    assert request.SerializeToString() == before


HEX = "0123456789abcdef" * 4
NEAR_MISSES = [
    "a risk-adjusted return on a task-oriented desk-bound job",
    "risk-adjusted-return-on-capital-employed-2024-first-quarter",
    "the sk- prefix, sk-learn and sk-learn-compatible-estimators",
    f"task-{HEX[:32]}",
    f"disk-{HEX}",
    str(uuid.UUID(int=2**127 + 12345)),
    HEX,
    HEX.upper(),
    "data:image/png;base64," + base64.b64encode(random.Random(5).randbytes(200_000)).decode(),
    base64.urlsafe_b64encode(random.Random(6).randbytes(100_000)).decode(),
    "basic understanding of bearer authentication is a basic requirement",
    "Bearer of good news from the authorization-department-of-state",
    "see http://localhost:4318/v1/traces or http://[::1]:80/x, mail me@example.com",
    "npm_config_registry=https://registry.example hf_hub_download lp_solve gsk_",
    "eyJhbGciOiJIUzI1NiJ9 alone is no token",
    '{"token": "Hello", "logprob": -0.1, "total_tokens": 120}',
    '{"password": {"type": "string", "description": "the password of the user"}}',
    "{'password': {'type': 'string'}, 'api_key': None, 'use 'password' here': 'yes'}",
    "-----BEGIN CERTIFICATE-----\nMIIabc\n-----END CERTIFICATE-----",
    "forgot my password, my cookie and the api key of the authorization server",
    "The AKIA prefix; AIza too; ghp_ and xoxb- are short",
]


@pytest.mark.parametrize("text", NEAR_MISSES, ids=range(len(NEAR_MISSES)))
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    request = trace_with(note=text)
    before = request.SerializeToString()
    assert applied(Signal.TRACES, request) == {}
    assert request.SerializeToString() == before


def test_the_kind_of_a_secret_stays_readable() -> None:
    request = trace_with(
        a="key sk-proj-abcdefgh12345678 used",
        b="Authorization: Bearer abcdefgh-12345678",
        c="redis://:hunter2@cache:6379/0",
        d='{"api_key": "abc\\"def", "n": 1}',
        e=r"{\"input\": \"{\\\"password\\\": \\\"hunter2\\\"}\"}",
        f="lp_0123456789ab_" + "x" * 43,
        g=r"{'api_key': 'it\'s plain', 'n': 1, 'model': 'gpt-4o'}",
        h='{"azure_ad_token": "plain", "max_token": "none"}',
        i="{\"prompt\": \"{'password': 'plain'}\"}",
    )
    assert sum(applied(Signal.TRACES, request).values()) == 9
    assert attributes_of(request) == {
        "a": "key sk-proj-**** used",
        "b": "Authorization: Bearer ****",
        "c": "redis://:****@cache:6379/0",
        "d": '{"api_key": "****", "n": 1}',
        "e": r"{\"input\": \"{\\\"password\\\": \\\"****\\\"}\"}",
        "f": "lp_0123456789ab_****",
        "g": "{'api_key': '****', 'n': 1, 'model': 'gpt-4o'}",
        "h": '{"azure_ad_token": "****", "max_token": "none"}',
        "i": "{\"prompt\": \"{'password': '****'}\"}",
    }
    assert applied(Signal.TRACES, request) == {}, "a mask is not masked again"


def test_a_key_that_names_a_secret_hides_its_value() -> None:
    request = trace_with(
        openai__api_key="plain",
        http__request__header__authorization="Bearer xyz",
        authorization="sk-proj-abcdefgh12345678",
        db__password=1234,
        github__token="abc",
        accessToken="abc",
        cookie="a=b",
        gen_ai__usage__input_tokens=12,
        llm__token_count__prompt="12",
        gen_ai__token__type="input",
        time_to_first_token="0.3",
        llm__cost__token=3,
        password_policy="strict",
        has_api_key=True,
        secretary="Ann",
    )
    assert applied(Signal.TRACES, request) == {"secret_key": 7}
    kept = attributes_of(request)
    assert [kept[key] for key in list(kept)[:7]] == [
        "****",
        "Bearer ****",
        "sk-proj-****",
        "****",
        "****",
        "****",
        "****",
    ]
    assert list(kept.values())[7:] == [12, "12", "input", "0.3", 3, "strict", True, "Ann"]


def test_keys_inside_maps_and_lists_of_headers() -> None:
    request = trace_with(x="1")
    span = request.resource_spans[0].scope_spans[0].spans[0]
    headers = span.attributes.add(key="http.request.header.authorization").value.array_value
    headers.values.add().string_value = "Basic abc"
    inner = span.attributes.add(key="config").value.kvlist_value.values
    inner.add(key="api_key").value.string_value = "plain"
    inner.add(key="model").value.string_value = "gpt"
    assert applied(Signal.TRACES, request) == {"secret_key": 2}
    assert headers.values[0].string_value == "Basic ****"
    assert [pair.value.string_value for pair in inner] == ["****", "gpt"]


@pytest.mark.parametrize("depth", [10, 30])
def test_deep_nesting(depth: int) -> None:
    request = trace_with(x="1")
    value = request.resource_spans[0].scope_spans[0].spans[0].attributes[0].value
    for _ in range(depth):
        value = value.kvlist_value.values.add(key="k").value
    value.string_value = "sk-proj-abcdefgh12345678"
    body = request.SerializeToString()
    parsed = type(request).FromString(body)
    assert applied(Signal.TRACES, parsed, body) == {"openai": 1}
    assert b"abcdefgh12345678" not in parsed.SerializeToString()


def test_the_deepest_message_that_protobuf_reads() -> None:
    request = trace_with(x="1")
    pair = request.resource_spans[0].scope_spans[0].spans[0].attributes[0]
    deepest = None
    for _ in range(200):
        inner = type(pair.value)()
        inner.array_value.values.add().CopyFrom(pair.value)
        if deepest is None:
            inner.array_value.values[0].string_value = "sk-proj-abcdefgh12345678"
        pair.value.CopyFrom(inner)
        try:
            body = request.SerializeToString()
            deepest = type(request).FromString(body)
        except Exception:
            break
    assert deepest is not None
    assert applied(Signal.TRACES, deepest) == {"openai": 1}
    assert b"abcdefgh12345678" not in deepest.SerializeToString()


def test_bytes_that_the_message_does_not_show_are_not_passed_on() -> None:
    request = trace_with(x="1")
    plain = request.SerializeToString()
    hidden = b"sk-proj-abcdefgh12345678"
    # Field 1000 of the request, which this version does not know.
    body = plain + b"\xc2\x3e" + bytes([len(hidden)]) + hidden
    parsed = type(request).FromString(body)
    assert hidden in parsed.SerializeToString()
    assert applied(Signal.TRACES, parsed, body) == {"unread_bytes": 1}
    assert parsed.SerializeToString() == plain


def test_a_key_behind_its_value_is_seen() -> None:
    # Legal protobuf that no usual encoder writes: field 2 of the pair before field 1.
    value = b"\x12\x07\x0a\x05plain"
    key = b"\x0a\x08password"
    pair = b"\x4a" + bytes([len(value + key)]) + value + key
    span = pair * 2
    scope = b"\x12" + bytes([len(span)]) + span
    resource = b"\x12" + bytes([len(scope)]) + scope
    body = b"\x0a" + bytes([len(resource)]) + resource
    parsed = type(trace_with()).FromString(body)
    assert applied(Signal.TRACES, parsed, body) == {"secret_key": 2}
    assert attributes_of(parsed) == {"password": "****"}


HOSTILE = [
    "eyJ" * 300_000,
    "-eyJhf_" * 100_000,
    "://a:" * 200_000,
    "-----BEGIN PRIVATE KEY-----" * 40_000,
    '"password":' * 100_000,
    '\\"password\\":\\"' * 80_000,
    "bearer " + "a" * 1_000_000,
    "sk-" * 300_000,
    "(eyJ" + "AKIA2345ABCDEFGHIJKL-" * 40_000,
    "postgres://a:b@" * 60_000,
    "aws_secret_access_key" + " " * 1_000_000,
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_does_not_hang(text: str) -> None:
    request = trace_with(note=text, after="sk-proj-abcdefgh12345678")
    applied(Signal.TRACES, request)
    assert attributes_of(request)["after"] == "sk-proj-****"
