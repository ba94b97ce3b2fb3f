"""Wire framing: an OTLP export request is `repeated ResourceSpans resource_spans = 1`.

Dropping the field tag of each leaves length-delimited messages, which ClickHouse's `Protobuf`
format reads one row each; so joining the frames of many requests is joining bytes.
"""

from __future__ import annotations

from longpole.core.errors import InputError

# Set on a span that ended before it began; its duration is stored as 0.
END_BEFORE_START = "longpole.end_before_start"
_TAG = 0x0A  # field 1, length-delimited


def frame_resource_spans(body: bytes) -> bytes:
    """Length-delimited ResourceSpans of a request body. Raises InputError on foreign bytes."""
    frames, at, end = [], 0, len(body)
    while at < end:
        if body[at] != _TAG:
            raise InputError(f"byte {at} is not the start of a ResourceSpans message")
        length, start = _varint(body, at + 1)
        if start + length > end:
            raise InputError(f"the message at byte {at} is cut off")
        frames.append(body[at + 1 : start + length])
        at = start + length
    return b"".join(frames)


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(body) and shift < 64:
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise InputError(f"the length at byte {at} is cut off")
