"""Which span attributes the mapping reads at all."""

from __future__ import annotations

from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import Origin, SemanticMapping


def attributes_read(mapping: SemanticMapping = DECLARED) -> frozenset[str]:
    """Keys that a row of the mapping looks at, for a value, a kind or a dialect."""
    inside_spans = {Origin.ATTRIBUTE, Origin.JSON, Origin.REPR, Origin.LENGTH}
    return frozenset(
        [
            *(source.key for source in mapping.fields if source.origin in inside_spans),
            *(attribute.key for attribute in mapping.kind_attributes),
            *(key for rule in mapping.kind_signatures for key in (*rule.any_of, *rule.and_any_of)),
            *(key for rule in mapping.dialects for key in (*rule.keys, *rule.values)),
            *(mark.key for mark in mapping.placeholders),
        ]
    )
