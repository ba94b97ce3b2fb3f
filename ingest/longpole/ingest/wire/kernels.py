"""Walks over the wire bytes of a request: one that only looks, one that mends texts.

Compiled, iterative, bounds-checked by hand (numba checks nothing), without a Python object and
without the interpreter's lock. What they accept is what upb accepts; where they are not sure they
say ODD or BROKEN, and upb decides. One file: see `compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from longpole.core.compiled import compiled
from longpole.ingest.wire.schema import INSIDE_SHIFT, MEANING_SHIFT, Form, Meaning

# Numbers of numpy and of Python are one to numba, and two to a type checker.
Bytes = Any  # a read-only array of uint8
Ints = Any  # an array of int64

# What a walk found; a request with none of these can be stored as it is.
BROKEN, ODD, BAD_TEXT, CARE, TOO_MANY, LARGE = 1, 2, 4, 8, 16, 32
# upb's own limit of messages in messages.
MAX_DEPTH = 100
DAY_NS = 86_400 * 10**9
LAST_NS = (2**32 - 1) * 10**9
TRACES, LOGS, METRICS = 0, 1, 2
ABSENT, GOOD, BAD = 0, 1, 2

_FIXED64_TAG, _LENGTH_TAG, _GROUP_TAG, _GROUP_END_TAG, _FIXED32_TAG = 1, 2, 3, 4, 5
_VARINT, _FIXED64, _FIXED32 = int(Form.VARINT), int(Form.FIXED64), int(Form.FIXED32)
_TEXT, _BYTES, _MESSAGE = int(Form.TEXT), int(Form.BYTES), int(Form.MESSAGE)
_LIST_FIXED64, _LIST_VARINT = int(Form.LIST_FIXED64), int(Form.LIST_VARINT)
_ITEM, _METRIC, _DATA = int(Meaning.ITEM), int(Meaning.METRIC), int(Meaning.DATA)
_TRACE_ID, _TIME, _OTHER_TIME = int(Meaning.TRACE_ID), int(Meaning.TIME), int(Meaning.OTHER_TIME)
_UNSET = -1
_PADDED = 5
_HOLDERS = 2  # the depth of messages that may hold attributes


@compiled
def _varint(body: Bytes, at: int, end: int, most: int) -> tuple[int, int]:
    """The number at `at` and where it ends; -1 where it is cut off or longer than `most` bytes."""
    value, shift, stop = 0, 0, min(end, at + most)
    while at < stop:
        byte: Any = np.int64(body[at])
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return 0, -1


@compiled
def _tail_is_text(body: Bytes, at: int) -> bool:
    return bool((body[at] & 0xC0) == 0x80)


@compiled
def _character(body: Bytes, at: int, end: int) -> int:
    """Length of the UTF-8 character at `at`; minus the length of what is none.

    A faulty one is as long as the start that could still have become a character, which is how
    decoders that put U+FFFD count.
    """
    byte = np.int64(body[at])
    if byte < 0x80:
        return 1
    if byte < 0xC2 or byte > 0xF4:
        return -1
    low, high = 0x80, 0xBF
    if byte == 0xE0:
        low = 0xA0
    elif byte == 0xED:
        high = 0x9F
    elif byte == 0xF0:
        low = 0x90
    elif byte == 0xF4:
        high = 0x8F
    if at + 1 >= end or body[at + 1] < low or body[at + 1] > high:
        return -1
    length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
    for n in range(2, length):
        if at + n >= end or not _tail_is_text(body, at + n):
            return -n
    return length


@compiled
def _is_text(body: Bytes, at: int, end: int) -> bool:
    high = np.uint8(0)
    for n in range(at, end):
        high |= body[n]
    if high < 0x80:
        return True
    while at < end:
        length = _character(body, at, end)
        if length < 0:
            return False
        at += length
    return True


@compiled
def _skip_group(body: Bytes, at: int, end: int, field: int, depth: int) -> int:
    """Where the group of `field` ends, after its end tag; -1 where it is broken."""
    open_fields = np.empty(MAX_DEPTH + 1, dtype=np.int64)
    if depth >= MAX_DEPTH:
        return -1
    opened, open_fields[0] = 1, field
    while opened:
        tag, at = _varint(body, at, end, 5)
        if at < 0 or tag > 0xFFFFFFFF:  # upb takes field 0 here, and only here
            return -1
        wire, number = tag & 7, tag >> 3
        if wire == _GROUP_TAG:
            if depth + opened >= MAX_DEPTH:
                return -1
            open_fields[opened] = number
            opened += 1
        elif wire == _GROUP_END_TAG:
            opened -= 1
            if open_fields[opened] != number:
                return -1
        else:
            at = _skip(body, at, end, wire)
            if at < 0:
                return -1
    return at


@compiled
def _skip(body: Bytes, at: int, end: int, wire: int) -> int:
    """Where the value that begins at `at` ends; -1 where it is broken. Not for groups."""
    if wire == 0:
        return _varint(body, at, end, 10)[1]
    length = 0
    if wire == _FIXED64_TAG:
        length = 8
    elif wire == _FIXED32_TAG:
        length = 4
    elif wire == _LENGTH_TAG:
        length, at = _varint(body, at, end, 5)
    else:
        return -1
    return -1 if at < 0 or length > end - at else at + length


@compiled
def _int64(body: Bytes, at: int) -> int:
    value: Any = np.int64(0)
    for n in range(8):
        value |= np.int64(body[at + n]) << (8 * n)
    # 2^64-1 would look like no time at all; its neighbour is as late.
    out: int = value if value != _UNSET else value - 1
    return out


@compiled
def _id_state(body: Bytes, at: int, end: int, length: int) -> int:
    if at == end:
        return ABSENT
    if end - at != length:
        return BAD
    for n in range(at, end):
        if body[n]:
            return GOOD
    return BAD


@compiled
def _late(ns: int) -> bool:
    # Numbers of 2^63 and more are negative here.
    return ns != _UNSET and (ns < 0 or ns > LAST_NS)


@compiled
def _needs_care(signal: int, item: Ints) -> bool:
    """Whether an item (trace id, span id, parent id, time, other time) is one for the rules."""
    time, other = item[3], item[4]
    if _late(time) or item[0] == BAD or item[1] == BAD or item[2] == BAD:
        return True
    if signal != TRACES:
        return _late(other)
    return item[0] != GOOD or item[1] != GOOD or _end_before_start(time, other)


@compiled
def _end_before_start(start: int, end: int) -> bool:
    # An end of 2^63 and more is negative here, and after every start.
    return start > 0 and (end == _UNSET or 0 <= end < start)


@compiled
def _day(signal: int, item: Ints) -> int:
    """The day an item is stored in; -1 for none."""
    time = max(item[3], 0)
    if signal == LOGS and time == 0:
        time = max(item[4], 0)
        if time == 0:
            return -1
    day: int = time // DAY_NS
    return day


@compiled
def _note_day(day: int, days: Ints) -> bool:
    """Whether there is room for `day` in `days` (its first number says how many, the rest which).

    The newest stands last: most items lie on the day of the one before.
    """
    count = days[0]
    for n in range(count, 0, -1):
        if days[n] == day:
            return True
    if count + 1 >= len(days):
        return False
    days[0] = count + 1
    days[count + 1] = day
    return True


@compiled
def scan(
    body: Bytes, table: Ints, signal: int, limits: Ints, days: Ints, stack: Ints
) -> tuple[int, int, int]:
    """Walk a request: (what was found, items, messages). Stops where it is broken or too large.

    `limits` are the most items, the most messages, the longest value in bytes and the most messages
    right inside one (attributes, events; not items); `days` and `stack` (MAX_DEPTH + 1 rows of end,
    message, meaning, messages inside) are scratch.
    """
    at, end, depth, message, meaning = 0, len(body), 0, 0, 0
    found, items, parts, data, inner = 0, 0, 0, 0, 0
    width = table.shape[1]
    item = np.full(5, _UNSET, dtype=np.int64)
    while True:
        while at == end:
            if depth == 0:
                return found, items, parts
            if meaning == _ITEM:
                day = _day(signal, item)
                if _needs_care(signal, item) or (day >= 0 and not _note_day(day, days)):
                    found |= CARE
            elif meaning == _METRIC and data != 1:
                found |= ODD if data else CARE
            depth -= 1
            end, message, meaning = stack[depth, 0], stack[depth, 1], stack[depth, 2]
            inner = stack[depth, 3]
        tag: Any = np.int64(body[at])
        at += 1
        if tag >= 0x80:
            begin = at - 1
            tag, at = _varint(body, begin, end, 5)
            if at < 0 or tag > 0xFFFFFFFF:
                return found | BROKEN, items, parts
            if body[at - 1] == 0:
                found |= ODD
        wire, field = tag & 7, tag >> 3
        if field == 0:
            return found | BROKEN, items, parts
        entry = table[message, field] if field < width else 0
        form = entry & 15
        if wire == _LENGTH_TAG:
            if at >= end:
                return found | BROKEN, items, parts
            length: Any = np.int64(body[at])
            at += 1
            if length >= 0x80:
                length, at = _varint(body, at - 1, end, 5)
                if at < 0:
                    return found | BROKEN, items, parts
                if body[at - 1] == 0:
                    found |= ODD
            if length > end - at:
                return found | BROKEN, items, parts
            stop = at + length
            if form == _MESSAGE:
                if depth >= MAX_DEPTH:
                    return found | BROKEN, items, parts
                parts += 1
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = end, message, meaning
                stack[depth, 3] = inner + 1
                if inner >= limits[3] and depth >= _HOLDERS:
                    found |= LARGE
                depth += 1
                end, message, inner = stop, entry >> INSIDE_SHIFT, 0
                meaning = (entry >> MEANING_SHIFT) & 15
                if meaning in (_ITEM, _METRIC):
                    stack[depth - 1, 3] = 0
                if meaning == _ITEM:
                    items += 1
                    item[:] = _UNSET
                elif meaning == _METRIC:
                    data = 0
                elif meaning == _DATA:
                    data += 1
                if items > limits[0] or parts > limits[1]:
                    return found | TOO_MANY, items, parts
                continue
            if length > limits[2] and form in (_TEXT, _BYTES):
                found |= LARGE
            if form == _TEXT:
                if not _is_text(body, at, stop):
                    found |= BAD_TEXT
            elif form == _BYTES:
                slot = ((entry >> MEANING_SHIFT) & 15) - _TRACE_ID
                if slot >= 0:
                    if item[slot] != _UNSET:
                        found |= ODD
                    item[slot] = _id_state(body, at, stop, 16 if slot == 0 else 8)
            elif form == _LIST_FIXED64:
                if length & 7:
                    return found | BROKEN, items, parts
            elif form == _LIST_VARINT:
                while at < stop:
                    at = _varint(body, at, stop, 10)[1]
                    if at < 0:
                        return found | BROKEN, items, parts
            elif form != 0 or depth == 0:
                found |= ODD
            at = stop
        elif wire == _GROUP_TAG:
            found |= ODD
            at = _skip_group(body, at, end, field, depth)
            if at < 0:
                return found | BROKEN, items, parts
        else:
            stop = _skip(body, at, end, wire)
            if stop < 0:
                return found | BROKEN, items, parts
            if wire == _FIXED64_TAG and form == _FIXED64:
                slot = ((entry >> MEANING_SHIFT) & 15) - _TRACE_ID
                if slot >= 0:
                    if item[slot] != _UNSET:
                        found |= ODD
                    item[slot] = _int64(body, at)
            elif depth == 0 or (
                form != 0
                and not (wire == 0 and form == _VARINT)
                and not (wire == _FIXED32_TAG and form == _FIXED32)
            ):
                found |= ODD
            at = stop


@compiled
def _put_varint(out: Bytes, at: int, value: int) -> int:
    while value > 0x7F:
        out[at] = (value & 0x7F) | 0x80
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@compiled
def _put_padded(out: Bytes, at: int, value: int) -> None:
    """A length of always five bytes, so that its place can be kept before it is known."""
    for n in range(_PADDED - 1):
        out[at + n] = (value & 0x7F) | 0x80
        value >>= 7
    out[at + _PADDED - 1] = value


@compiled
def _mended_length(body: Bytes, at: int, end: int) -> int:
    total = 0
    while at < end:
        length = _character(body, at, end)
        total += length if length > 0 else 3
        at += abs(length)
    return total


@compiled
def _put_mended(body: Bytes, at: int, end: int, out: Bytes, to: int) -> int:
    while at < end:
        length = _character(body, at, end)
        if length > 0:
            out[to : to + length] = body[at : at + length]
            to += length
        else:
            out[to], out[to + 1], out[to + 2] = 0xEF, 0xBF, 0xBD
            to += 3
        at += abs(length)
    return to


@compiled
def mend(body: Bytes, table: Ints, out: Bytes, stack: Ints) -> tuple[int, int]:
    """Write `body` to `out` with U+FFFD for what is not UTF-8: (bytes written, texts mended).

    Lengths of messages are written with five bytes each, which parsers take; `out` must hold three
    times the body. Returns -1 where the request is broken. Fields that are no text are copied.
    """
    at, end, depth, message, to, mended = 0, len(body), 0, 0, 0, 0
    width = table.shape[1]
    while True:
        while at == end:
            if depth == 0:
                return to, mended
            depth -= 1
            end, message, began = stack[depth, 0], stack[depth, 1], stack[depth, 2]
            _put_padded(out, began, to - began - _PADDED)
        begin = at
        tag, at = _varint(body, at, end, 5)
        if at < 0 or tag < 8 or tag > 0xFFFFFFFF:
            return -1, 0
        wire, field = tag & 7, tag >> 3
        entry = table[message, field] if field < width else 0
        form = entry & 15
        if wire == _LENGTH_TAG and (form in (_MESSAGE, _TEXT)):
            to = _put_varint(out, to, tag)
            length, at = _varint(body, at, end, 5)
            if at < 0 or length > end - at or depth >= MAX_DEPTH:
                return -1, 0
            stop = at + length
            if form == _MESSAGE:
                stack[depth, 0], stack[depth, 1], stack[depth, 2] = end, message, to
                depth += 1
                end, message = stop, entry >> INSIDE_SHIFT
                to += _PADDED
                continue
            if _is_text(body, at, stop):
                to = _put_varint(out, to, length)
                out[to : to + length] = body[at:stop]
                to += length
            else:
                to = _put_varint(out, to, _mended_length(body, at, stop))
                to = _put_mended(body, at, stop, out, to)
                mended += 1
            at = stop
        else:
            if wire == _GROUP_TAG:
                at = _skip_group(body, at, end, field, depth)
            else:
                at = _skip(body, at, end, wire)
            if at < 0:
                return -1, 0
            out[to : to + at - begin] = body[begin:at]
            to += at - begin


@compiled
def json_shape(body: Bytes) -> tuple[int, int]:
    """Deepest nesting of a JSON document, and how many objects and lists it has."""
    depth, deepest, parts, at, in_text = 0, 0, 0, 0, False
    while at < len(body):
        byte = body[at]
        if in_text:
            if byte == 0x5C:  # a backslash: what follows is no end of the text
                at += 1
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte == 0x7B or byte == 0x5B:  # { [
            depth += 1
            parts += 1
            deepest = max(deepest, depth)
        elif byte == 0x7D or byte == 0x5D:  # } ]
            depth -= 1
        at += 1
    return deepest, parts
