"""The mapping as rows of text, for the generated page of the documentation."""

from __future__ import annotations

from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import FieldSource, SemanticMapping


def mapping_rows(mapping: SemanticMapping = DECLARED) -> list[dict[str, str]]:
    """One row a source, in order of preference: field, preference, read from, key, read as."""
    counts: dict[str, int] = {}
    rows = []
    for source in mapping.fields:
        counts[source.field] = counts.get(source.field, 0) + 1
        rows.append(
            {
                "field": source.field,
                "preference": str(counts[source.field]),
                "read from": source.origin.value,
                "key": ".".join((source.key, *source.path)),
                "read as": source.convert.value,
                "only": _only(source),
            }
        )
    return rows


def _only(source: FieldSource) -> str:
    limits = [*source.kinds, *source.dialects]
    return ", ".join([*limits, "without its parts"] if source.beside else limits)
