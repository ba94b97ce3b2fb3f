"""Random OTLP requests of any signal, from their descriptors, and ways to damage bytes.

Everything follows from the `random.Random` given, so a seed names a case.
"""

from __future__ import annotations

import math
import random
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import REQUESTS

NOW_NS = 1_790_000_000_000_000_000
TEXTS = ("", "a", "chat gpt-4o", "héllo \U0001f680", "nul\x00here", '"quoted\\"', "x" * 300)
DOUBLES = (0.0, -0.0, 0.5, -1.5e300, math.nan, math.inf, -math.inf, 5e-324)
IDS = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}
# On the way to the items, and what an item is worthless without.
NEEDED = {
    *IDS,
    *("resource_spans", "scope_spans", "spans", "resource_logs", "scope_logs", "log_records"),
    *("resource_metrics", "scope_metrics", "metrics", "data_points"),
}
_DEEPEST = 9


def random_request(rng: random.Random, signal: Signal, faults: bool) -> Any:  # noqa: ANN401
    """A request; with `faults`, some of its ids and times are ones that the rules look at."""
    request = REQUESTS[signal]()
    _fill(rng, request, faults, 0)
    return request


def _fill(rng: random.Random, message: Message, faults: bool, depth: int) -> None:
    for field in rng.sample(list(message.DESCRIPTOR.fields), len(message.DESCRIPTOR.fields)):
        likely = 0.97 if field.name in NEEDED or field.name.endswith("unix_nano") else 0.4
        if rng.random() > likely or (field.message_type and depth >= _DEEPEST):
            continue
        if field.containing_oneof and message.WhichOneof(field.containing_oneof.name):
            continue
        if field.message_type:
            _fill_inside(rng, message, field, faults, depth)
        elif field.is_repeated:
            values = [_scalar(rng, field, faults) for _ in range(rng.randrange(4))]
            getattr(message, field.name).extend(values)
        else:
            setattr(message, field.name, _scalar(rng, field, faults))


def _fill_inside(
    rng: random.Random,
    message: Message,
    field: Any,  # noqa: ANN401
    faults: bool,
    depth: int,
) -> None:
    if not field.is_repeated:
        inside = getattr(message, field.name)
        inside.SetInParent()
        _fill(rng, inside, faults, depth + 1)
        return
    for _ in range(rng.randrange(1 if field.name in NEEDED else 0, 3)):
        _fill(rng, getattr(message, field.name).add(), faults, depth + 1)


def _scalar(rng: random.Random, field: Any, faults: bool) -> Any:  # noqa: ANN401
    if field.name in IDS:
        return _id(rng, IDS[field.name], faults)
    if field.name.endswith("time_unix_nano"):
        return _time(rng, field.name, faults)
    match field.type:
        case FieldDescriptor.TYPE_STRING:
            return rng.choice(TEXTS)
        case FieldDescriptor.TYPE_BYTES:
            return rng.randbytes(rng.randrange(6))
        case FieldDescriptor.TYPE_BOOL:
            return rng.random() < 0.5
        case FieldDescriptor.TYPE_DOUBLE:
            return rng.choice(DOUBLES)
        case FieldDescriptor.TYPE_ENUM:
            return rng.choice([value.number for value in field.enum_type.values] + [77])
        case FieldDescriptor.TYPE_INT64 | FieldDescriptor.TYPE_SFIXED64:
            return rng.choice((0, 1, -1, 2**63 - 1, -(2**63), rng.randrange(10**6)))
        case FieldDescriptor.TYPE_INT32 | FieldDescriptor.TYPE_SINT32:
            return rng.choice((0, 1, -1, 2**31 - 1, -(2**31)))
        case FieldDescriptor.TYPE_UINT32 | FieldDescriptor.TYPE_FIXED32:
            return rng.choice((0, 1, 300, 2**32 - 1))
        case _:
            return rng.choice((0, 1, 300, 2**64 - 1, rng.randrange(10**6)))


def _id(rng: random.Random, length: int, faults: bool) -> bytes:
    if faults and rng.random() < 0.05:
        return rng.choice((b"", b"short", bytes(length), rng.randbytes(length + 1)))
    return rng.randbytes(length - 1) + b"\x01"


def _time(rng: random.Random, name: str, faults: bool) -> int:
    if faults and rng.random() < 0.05:
        return rng.choice((0, 1, 2**32 * 10**9, (2**32 - 1) * 10**9, 2**63, 2**64 - 1))
    # An end is after every start.
    return NOW_NS + rng.randrange(10**12) + (10**12 if name.startswith("end") else 0)


def damaged(rng: random.Random, body: bytes) -> bytes:
    """`body` after one to four small accidents."""
    data = bytearray(body)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.randrange(1, 9))
        match rng.randrange(6):
            case 0:
                data[at:to] = rng.randbytes(to - at)
            case 1:
                data[at:at] = rng.randbytes(rng.randrange(1, 5))
            case 2:
                del data[at:to]
            case 3:
                data[at:at] = data[rng.randrange(len(data) + 1) :][: rng.randrange(40)]
            case 4 if data:
                data[at % len(data)] ^= 1 << rng.randrange(8)
            case _:
                data[at:to] = bytes(
                    [rng.choice((0x00, 0x0B, 0x0C, 0x7F, 0x80, 0xC3, 0xED, 0xFF))]
                ) * (to - at)
    return bytes(data)
