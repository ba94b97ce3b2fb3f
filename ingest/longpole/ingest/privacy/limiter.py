"""Bounds on one item: how many attributes, how long a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
        self._mark = CUT.format(kib=settings.max_value_kib).encode()

    def apply(self, signal: Signal, request: Any, body: bytes | None) -> Counter[str]:  # noqa: ANN401
        """Edit a parsed export request in place; returns what was cut, by limit.

        `body` is as for `Redactor.apply`; None also where the request was changed since.
        """
        counts: Counter[str] = Counter()
        size = len(body) if body is not None else request.ByteSize()
        if size > self._attributes * _SMALLEST_ATTRIBUTE:
            self._count((request,), counts)
        if size > self._size:
            self._measure(request, counts)
        return counts

    def _count(self, messages: Iterable[Any], counts: Counter[str]) -> None:
        # Runs for every span: no call and no look-up that a span without events could do without.
        shape = None
        for message in messages:
            shape = shape or shape_of(message)
            for name in shape.pairs:
                if len(pairs := getattr(message, name)) > self._attributes:
                    self._drop(message, pairs, counts)
            for name in shape.holders:
                if message.HasField(name):
                    self._count((getattr(message, name),), counts)
            for name in shape.holder_lists:
                if inner := getattr(message, name):
                    self._count(inner, counts)

    def _drop(self, message: Any, pairs: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        over = len(pairs) - self._attributes
        del pairs[self._attributes :]
        counts["max_attributes"] += over
        if "dropped_attributes_count" in message.DESCRIPTOR.fields_by_name:
            known = message.dropped_attributes_count + over
            message.dropped_attributes_count = min(known, 2**32 - 1)

    def _measure(self, message: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        shape = shape_of(message)
        for name in shape.texts:
            text = getattr(message, name)
            if (new := self._text(text, counts)) != text:
                setattr(message, name, new)
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
        pair.key = self._text(pair.key, counts)
        self._value(pair.value, counts)

    def _value(self, value: Any, counts: Counter[str]) -> None:  # noqa: ANN401
        todo = [value]
        while todo:
            one = todo.pop()
            kind = one.WhichOneof("value")
            if kind == "string_value":
                one.string_value = self._text(one.string_value, counts)
            elif kind == "bytes_value":
                one.bytes_value = self._cut(one.bytes_value, counts)
            else:
                todo += parts(one, kind)

    def _text(self, text: str, counts: Counter[str]) -> str:
        raw = text.encode()
        cut = self._cut(raw, counts)
        # Half a character at the cut goes; whole ones were there before.
        return text if cut is raw else cut.decode("utf-8", "ignore")

    def _cut(self, raw: bytes, counts: Counter[str]) -> bytes:
        if len(raw) <= self._size:
            return raw
        counts["max_value"] += 1
        return raw[: self._size - len(self._mark)] + self._mark
