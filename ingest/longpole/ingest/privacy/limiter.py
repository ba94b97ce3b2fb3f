"""Bounds on one item: how many attributes, how long a value."""

from __future__ import annotations

from collections import Counter
from typing import Any

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.privacy.content import parts
from longpole.ingest.privacy.shape import shape_of

CUT = "... [cut at {kib} KiB]"
_SMALLEST_ATTRIBUTE = 2  # a tag and a length of 0


class Limiter:
    """Enforces `ingest.max_attributes` and `ingest.max_value_kib`. Apply it after the Redactor:
    a secret that is cut in two is not recognised."""

    def __init__(self, settings: IngestSettings) -> None:
        self._attributes = settings.max_attributes
        self._size = settings.max_value_kib << 10
        self._mark = CUT.format(kib=settings.max_value_kib)

    def apply(self, signal: Signal, request: Any, body: bytes | None) -> Counter[str]:  # noqa: ANN401
        """Edit a parsed export request in place; returns what was cut, by limit.

        `body` is as for `Redactor.apply`; None also where the request was changed since.
        """
        counts: Counter[str] = Counter()
        size = len(body) if body is not None else request.ByteSize()
        if size > self._attributes * _SMALLEST_ATTRIBUTE:
            self._count(request, counts)
        if size > self._size:
            self._measure(request, counts)
        return counts

    def _count(self, message: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        shape = shape_of(message)
        for name in shape.pairs:
            pairs = getattr(message, name)
            over = len(pairs) - self._attributes
            if over > 0:
                del pairs[self._attributes :]
                counts["max_attributes"] += over
                if "dropped_attributes_count" in message.DESCRIPTOR.fields_by_name:
                    known = message.dropped_attributes_count + over
                    message.dropped_attributes_count = min(known, 2**32 - 1)
        for name in shape.children:
            if message.HasField(name):
                self._count(getattr(message, name), counts)
        for name in shape.child_lists:
            for child in getattr(message, name):
                self._count(child, counts)

    def _measure(self, message: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        shape = shape_of(message)
        for name in shape.texts:
            text = getattr(message, name)
            if len(text) > self._size >> 2 and (new := self._text(text)) is not text:
                setattr(message, name, new)
                counts["max_value"] += 1
        for name in shape.values:
            self._value(getattr(message, name), counts)
        for name in shape.pairs:
            for pair in getattr(message, name):
                if pair.ByteSize() > self._size:
                    self._pair(pair, counts)
        for name in (*shape.children, *shape.child_lists):
            field = getattr(message, name)
            for child in field if name in shape.child_lists else (field,):
                if child.ByteSize() > self._size:
                    self._measure(child, counts)

    def _pair(self, pair: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        if (new := self._text(pair.key)) is not pair.key and new != pair.key:
            pair.key = new
            counts["max_value"] += 1
        self._value(pair.value, counts)

    def _value(self, value: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        todo = [value]
        while todo:
            one = todo.pop()
            kind = one.WhichOneof("value")
            if kind == "string_value":
                if (new := self._text(one.string_value)) != one.string_value:
                    one.string_value = new
                    counts["max_value"] += 1
            elif kind == "bytes_value" and len(one.bytes_value) > self._size:
                one.bytes_value = one.bytes_value[: self._size] + self._mark.encode()
                counts["max_value"] += 1
            else:
                todo += parts(one, kind)

    def _text(self, text: str) -> str:
        raw = text.encode()
        if len(raw) <= self._size:
            return text
        return raw[: self._size].decode("utf-8", "ignore") + self._mark
