"""Hashes of what an item said, taken before it is removed or cut."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Any

from longpole.core.errors import StoreError
from longpole.core.messages import (
    CALLS_ANSWERED,
    CALLS_MADE,
    CONTENT_HASH,
    PREFIX_HASHES,
    Conversation,
    Event,
    Hashes,
    Log,
    content_hash,
    read_messages,
)
from longpole.ingest.privacy.content import parts
from longpole.ingest.privacy.keys import Action, Keys

KEY_FILE = "content.key"
_KEY_BYTES = 32
_OWN = frozenset({CONTENT_HASH, PREFIX_HASHES, CALLS_MADE, CALLS_ANSWERED})
Message = Any  # of the generated classes, which have no types


def own_key(folder: Path) -> bytes:
    """The secret of this instance, made on first use and readable by its owner only."""
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _write(path)
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the key of content hashes cannot be kept at {path}: {error}") from None
    if len(key) < _KEY_BYTES:
        raise StoreError(
            f"{path} has {len(key)} bytes and not a key of {_KEY_BYTES}; remove it and a new one "
            "is made (content hashes of before will not compare with later ones)"
        )
    return key


def _write(path: Path) -> None:
    # Complete before it has its name: a process that stops in between leaves no half key.
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


class ContentHasher:
    """Hashes what spans and log records say, and writes it into their attributes."""

    def __init__(self, key: bytes, keys: Keys) -> None:
        # Not the key itself: `privacy.hash_attributes` uses it on values that may be the same.
        self._key = hmac.new(key, b"longpole content hashes", hashlib.sha256).digest()
        self._keys = keys

    def of(self, item: Message) -> Hashes | None:
        """Hashes of what a Span or LogRecord says; None where it says nothing."""
        found = self._said(item)
        return content_hash(found, self._key) if found else None

    def put(self, item: Message, hashes: Hashes) -> None:
        """Write the hashes into an item, in place of what its sender may claim."""
        for index in reversed(range(len(item.attributes))):
            if item.attributes[index].key in _OWN:
                del item.attributes[index]
        item.attributes.add(key=CONTENT_HASH).value.string_value = hashes.content
        item.attributes.add(key=PREFIX_HASHES).value.string_value = hashes.to_json()
        for key, ids in ((CALLS_MADE, hashes.made), (CALLS_ANSWERED, hashes.answered)):
            if ids:
                text = json.dumps([{"id": one} for one in ids], separators=(",", ":"))
                item.attributes.add(key=key).value.string_value = text

    def _said(self, item: Message) -> Conversation:
        attributes = self._texts(item.attributes)
        if item.DESCRIPTOR.name == "Span":
            events = [Event(one.name, self._texts(one.attributes)) for one in item.events]
            return read_messages(attributes, events)
        name = item.event_name or attributes.get("event.name", "")
        return read_messages({}, (), [Log(name, value_text(item.body), attributes)])

    def _texts(self, pairs: Message) -> dict[str, str]:
        look_up = self._keys.look_up
        return {
            pair.key: pair.value.string_value or value_text(pair.value)
            for pair in pairs
            if look_up(pair.key)[0] is not Action.DROP
        }


def value_text(value: Message) -> str:
    """An AnyValue as the store writes it: text as it is, anything else as JSON."""
    kind = value.WhichOneof("value")
    if kind is None:
        return ""
    if kind == "string_value":
        return str(value.string_value)
    return json.dumps(_plain(value, kind), ensure_ascii=False)


def _plain(value: Message, kind: str | None) -> object:
    if kind == "kvlist_value":
        pairs = value.kvlist_value.values
        return {pair.key: _plain(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
    if kind == "array_value":
        return [_plain(one, one.WhichOneof("value")) for one in parts(value, kind)]
    if kind == "bytes_value":
        return f"[{len(value.bytes_value)} bytes]"
    return None if kind is None else getattr(value, kind)
