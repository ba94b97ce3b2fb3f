"""Wire framing: an OTLP export request is `repeated Resource... = 1`, for each of the signals.

Dropping the field tag of each leaves length-delimited messages, which ClickHouse's `Protobuf`
format reads one row each; so joining the frames of many requests is joining bytes. Each message
gets the project of its request as one more field at its end. The field is a list of which the last
element holds, so a sender who sets it himself chooses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.logs.v1.logs_pb2 import ResourceLogs
from opentelemetry.proto.metrics.v1.metrics_pb2 import ResourceMetrics
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from longpole.core.errors import InputError
from longpole.core.otlp.signals import Signal

# Set on a span that ended before it began; its duration is stored as 0.
END_BEFORE_START = "longpole.end_before_start"
DEFAULT_PROJECT = "default"
PROJECT_FIELD = 15001  # `longpole_project` in the .proto files beside this one
_MESSAGES: dict[Signal, type[Message]] = {
    Signal.TRACES: ResourceSpans,
    Signal.LOGS: ResourceLogs,
    Signal.METRICS: ResourceMetrics,
}
_TAG = b"\x0a"  # field 1, length-delimited
_LENGTH_DELIMITED = 2


def frame_request(body: bytes, project: str) -> bytes:
    """Length-delimited messages of a request body, each with its project (none: `default`).

    Raises InputError on foreign bytes, and on an encoding that protobuf allows but OTLP's encoders
    never write; such a request can be framed after it was parsed and serialised again.
    """
    stamp = _stamp(project or DEFAULT_PROJECT)
    parts: list[bytes] = []
    for message in _messages(body, _TAG):
        _fields(message)
        parts += (_varint(len(message) + len(stamp)), message, stamp)
    return b"".join(parts)


def unframe(frames: bytes) -> bytes:
    """The request body that the frames were made of, without the projects.

    Raises InputError on what are no frames.
    """
    parts: list[bytes] = []
    for framed in _messages(frames, b""):
        message, _ = _split(framed)
        parts += (_TAG, _varint(len(message)), message)
    return b"".join(parts)


def rewrite(signal: Signal, frames: bytes) -> bytes:
    """The frames in the plainest encoding, for a store that refused them as they were.

    ClickHouse reads what OTLP's encoders write, but not all that protobuf allows: two members of a
    `oneof`, groups, wrong wire types. Fields that OTLP does not have are left out; projects stay.
    Raises InputError on what are no frames of the signal.
    """
    parts: list[bytes] = []
    for framed in _messages(frames, b""):
        plain, stamp = _split(framed)
        message = _MESSAGES[signal]()
        try:
            message.ParseFromString(plain)
        except DecodeError as error:
            raise InputError(f"a frame holds no {message.DESCRIPTOR.name} message") from error
        message.DiscardUnknownFields()
        plain = message.SerializeToString()
        parts += (_varint(len(plain) + len(stamp)), plain, stamp)
    return b"".join(parts)


def _messages(data: bytes, tag: bytes) -> Iterator[bytes]:
    at, end = 0, len(data)
    while at < end:
        if not data.startswith(tag, at):
            raise InputError(f"byte {at} is not the start of a message of the request")
        length, start = _read_varint(data, at + len(tag))
        if start + length > end:
            raise InputError(f"the message at byte {at} is cut off")
        at = start + length
        yield data[start:at]


def _fields(message: bytes) -> list[tuple[int, int]]:
    """Number and start of each field. All of a Resource... message are length-delimited.

    What claimed to be anything else could make a reader take the field after it for its value:
    the project, in the end.
    """
    found, at, end = [], 0, len(message)
    while at < end:
        key, value = _read_varint(message, at)
        if key & 7 != _LENGTH_DELIMITED:
            raise InputError(f"field {key >> 3} of a message has wire type {key & 7}")
        found.append((key >> 3, at))
        length, start = _read_varint(message, value)
        at = start + length
    if at > end:
        raise InputError(f"field {found[-1][0]} of a message is cut off")
    return found


def _split(message: bytes) -> tuple[bytes, bytes]:
    """The message without its last field if that is the project, and that field."""
    fields = _fields(message)
    if fields and fields[-1][0] == PROJECT_FIELD:
        at = fields[-1][1]
        return message[:at], message[at:]
    return message, b""


def _stamp(project: str) -> bytes:
    text = project.encode()
    return _varint(PROJECT_FIELD << 3 | _LENGTH_DELIMITED) + _varint(len(text)) + text


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise InputError(f"the length at byte {at} is cut off")
