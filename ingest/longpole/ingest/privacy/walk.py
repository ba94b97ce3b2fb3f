"""One pass over a request that is known to hold something to change."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longpole.core.semconv.content import CONTENT_EVENTS, EVENT_STRUCTURE
from longpole.ingest.privacy import content
from longpole.ingest.privacy.expressions import Pattern
from longpole.ingest.privacy.hashing import ContentHasher
from longpole.ingest.privacy.keys import Action, Keys
from longpole.ingest.privacy.masking import Masker
from longpole.ingest.privacy.secrets import MASK
from longpole.ingest.privacy.shape import Shape, shape_of

_HASH_CHARACTERS = 32
_SHORT = 256
# What has content that belongs together: of the spans' events, their span.
_SAYING = {"Span", "LogRecord"}
_NUMBERS = {None, "bool_value", "int_value", "double_value"}
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Message = Any  # of the generated classes, which have no types


@dataclass(frozen=True)
class Rules:
    """What is changed. `content_limit`: characters kept, 0 for none, None for all.

    `hasher` is None where content is kept, since it can be hashed later.
    """

    masker: Masker
    keys: Keys
    content_limit: int | None
    hash_key: bytes
    hasher: ContentHasher | None = None


class Walk:
    """Edits messages in place and counts by rule.

    `signs` say by a message's bytes whether it needs a look at all; None: always. `values` and
    `nested` say whether any text or any key inside a value can matter.
    """

    def __init__(
        self, rules: Rules, signs: Sequence[Pattern] | None, values: bool, nested: bool
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._rules = rules
        self._signs = signs
        self._values = values
        self._deep = values or nested
        # Names, models and headers come again in every span.
        self._seen: dict[str, tuple[str, Counter[str]]] = {}

    def visit(self, message: Message) -> None:
        """Edit a message and all it holds."""
        shape = shape_of(message)
        hasher = self._rules.hasher if message.DESCRIPTOR.name in _SAYING else None
        hashes = hasher.of(message) if hasher is not None else None
        self._edit(message, shape)
        if hasher is not None and hashes is not None:
            hasher.put(message, hashes)
            self.counts["content_hashed"] += 1

    def _edit(self, message: Message, shape: Shape) -> None:
        if self._values:
            self._texts(message, shape)
        event = self._is_content_event(message, shape)
        removed: dict[str, int] = {}
        for name in shape.values:
            if message.HasField(name):
                self._body(message, name, removed)
        for name in shape.pairs:
            self._pairs(getattr(message, name), event, removed)
            if removed:
                self._note(getattr(message, name), removed)
                removed = {}
        for name in shape.children:
            if message.HasField(name):
                self.visit(getattr(message, name))
        for name in shape.child_lists:
            if children := getattr(message, name):
                self._children(children)

    def _children(self, children: Sequence[Message]) -> None:
        # An only child has what its parent was visited for.
        alone = len(children) == 1
        for child in children:
            if alone or self._signs is None or self._needs_look(child, self._signs):
                self.visit(child)

    def _needs_look(self, message: Message, signs: Sequence[Pattern]) -> bool:
        raw = message.SerializeToString()
        return any(sign.search(raw) is not None for sign in signs)

    def _is_content_event(self, message: Message, shape: Shape) -> bool:
        return (
            self._rules.content_limit is not None
            and shape.event_name is not None
            and getattr(message, shape.event_name) in CONTENT_EVENTS
        )

    def _texts(self, message: Message, shape: Shape) -> None:
        for name in shape.texts:
            text = getattr(message, name)
            if text and (new := self._masked(text)) is not text:
                setattr(message, name, new)
        for name in shape.text_lists:
            texts = getattr(message, name)
            for index, text in enumerate(texts):
                if (new := self._masked(text)) is not text:
                    texts[index] = new

    def _body(self, message: Message, name: str, removed: dict[str, int]) -> None:
        if self._rules.content_limit == 0:
            removed[name] = content.characters(getattr(message, name))
            message.ClearField(name)
            self.counts["content_removed"] += 1
            return
        if self._deep:
            self._value(getattr(message, name))
        self._cut(getattr(message, name))

    def _pairs(self, pairs: Message, event: bool, removed: dict[str, int]) -> None:
        gone = []
        look_up, deep = self._rules.keys.look_up, self._deep
        for index, pair in enumerate(pairs):
            key = pair.key
            action, clean, name = look_up(key)
            if action is Action.LOOK and not (event and _is_said(pair)):
                if deep:
                    self._value(pair.value)
            elif self._act(action, pair, name or clean, removed):
                gone.append(index)
                continue
            if clean != key:
                self._rename(pair, clean)
        for index in reversed(gone):
            del pairs[index]

    def _act(self, action: Action, pair: Message, name: str, removed: dict[str, int]) -> bool:
        """Do what the key asks for; True if the attribute goes."""
        match action:
            case Action.DROP:
                self.counts["drop_attributes"] += 1
                return True
            case Action.HASH:
                self._hash(pair.value)
            case Action.SECRET | Action.TOKEN:
                self._hide(pair.value, numbers=action is Action.SECRET)
            case _:
                return self._content(pair.value, name, removed)
        return False

    def _content(self, value: Message, name: str, removed: dict[str, int]) -> bool:
        if self._rules.content_limit == 0:
            removed[name] = removed.get(name, 0) + content.characters(value)
            self.counts["content_removed"] += 1
            return True
        if self._deep:
            self._value(value)
        self._cut(value)
        return False

    def _cut(self, value: Message) -> None:
        limit = self._rules.content_limit
        if limit is not None and content.cut_value(value, limit):
            self.counts["content_cut"] += 1

    def _note(self, pairs: Message, removed: dict[str, int]) -> None:
        text = _COMPACT.encode(removed)
        pairs.add(key=content.REMOVED).value.string_value = text

    def _value(self, value: Message) -> None:
        text = value.string_value
        if text:
            if self._values and (new := self._masked(text)) is not text:
                value.string_value = new
            return
        todo = [value]
        while todo:
            one = todo.pop()
            kind = one.WhichOneof("value")
            if kind == "kvlist_value":
                todo += self._map(one.kvlist_value.values)
            elif kind == "array_value":
                todo += one.array_value.values
            elif self._values:
                self._leaf(one, kind)

    def _map(self, pairs: Message) -> list[Message]:
        """Hide what secret keys of a map hold; returns the values to look at."""
        rest = []
        for pair in pairs:
            key = pair.key
            action, clean, _ = self._rules.keys.look_up(key)
            if action in {Action.SECRET, Action.TOKEN}:
                self._hide(pair.value, numbers=action is Action.SECRET)
            else:
                rest.append(pair.value)
            # Keys of attributes are chosen by programs; keys of maps may be anybody's text.
            if self._values:
                clean = self._masked(clean)
            if clean != key:
                self._rename(pair, clean)
        return rest

    def _rename(self, pair: Message, key: str) -> None:
        pair.key = key
        self.counts["attribute_key"] += 1

    def _leaf(self, value: Message, kind: str | None) -> None:
        if kind == "string_value":
            text = value.string_value
            if (new := self._masked(text)) is not text:
                value.string_value = new
        elif kind == "bytes_value":
            raw = value.bytes_value
            if (masked := self._rules.masker.mask(raw, self.counts)) is not raw:
                value.bytes_value = masked

    def _masked(self, text: str) -> str:
        """The text without secrets; the same object if nothing was found."""
        known = self._seen.get(text)
        if known is None:
            found: Counter[str] = Counter()
            known = self._rules.masker.mask(text.encode(), found).decode(), found
            if len(text) <= _SHORT:
                self._seen[text] = known
        masked, counts = known
        if not counts:
            return text
        self.counts.update(counts)
        return masked

    def _hide(self, value: Message, numbers: bool) -> None:
        before, todo = value.SerializeToString(), [value]
        masker = self._rules.masker
        while todo:
            one = todo.pop()
            kind = one.WhichOneof("value")
            if kind == "string_value":
                one.string_value = masker.mask_labelled(one.string_value.encode()).decode()
            elif kind == "bytes_value":
                one.bytes_value = masker.mask_labelled(one.bytes_value)
            elif kind in {"int_value", "double_value"} and numbers:
                one.string_value = MASK.decode()
            else:
                todo += content.parts(one, kind)
        self.counts["secret_key"] += value.SerializeToString() != before

    def _hash(self, value: Message) -> None:
        kind = value.WhichOneof("value")
        if kind is None:
            return
        plain = getattr(value, kind)
        raw = plain if isinstance(plain, bytes) else str(plain).encode()
        if kind in {"array_value", "kvlist_value"}:
            raw = plain.SerializeToString(deterministic=True)
        digest = hmac.new(self._rules.hash_key, raw, hashlib.sha256).hexdigest()
        value.string_value = digest[:_HASH_CHARACTERS]
        self.counts["hash_attributes"] += 1


def _is_said(pair: Message) -> bool:
    if pair.key in EVENT_STRUCTURE or pair.key == content.REMOVED:
        return False
    return pair.value.WhichOneof("value") not in _NUMBERS
