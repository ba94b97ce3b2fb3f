"""Which attributes count as understood."""

from __future__ import annotations

import pytest

from longpole.core.semconv import attributes_read, is_understood
from longpole.core.semconv.declared import DECLARED

KIND_NAMES = (*DECLARED.kind_names_first, *DECLARED.kind_names)
KEYS = {
    "a kind's name": [key for rule in KIND_NAMES for key in rule.keys],
    "an error": [sign.key for sign in DECLARED.error_signs],
    "a dialect": [key for rule in DECLARED.dialects for key in rule.requires],
    "whether input has the cache": [key for rule in DECLARED.cache_beside for key in rule.unless],
}


@pytest.mark.parametrize("what", KEYS)
def test_what_any_rule_looks_at_is_understood(what: str) -> None:
    assert KEYS[what]
    assert set(KEYS[what]) <= attributes_read()
    assert all(map(is_understood, KEYS[what]))


def test_other_attributes_are_not() -> None:
    assert not is_understood("acme.chat")
