"""Rows of the mapping that the settings add."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from longpole.core.errors import SettingsError
from longpole.core.semconv.compile.view import DURATIONS, with_extra
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import (
    Convert,
    FieldSource,
    KindAttribute,
    Origin,
    SemanticMapping,
)
from longpole.core.settings import FieldRow, KindRow, NormalizeSettings

KINDS = frozenset(
    {
        "llm", "embedding", "retriever", "reranker", "tool", "agent", "chain", "guardrail",
        "evaluator", "memory", "mcp", "engine", "other",
    }
)  # fmt: skip
# Canonical names that are not a row's name in another spelling.
NAMES = {
    "provider": "ProviderRaw",
    "provider_raw": "ProviderRaw",
    "cost_usd": "ReportedCostUsd",
    "cost_reported_usd": "ReportedCostUsd",
    "cost_input_usd": "ReportedInputCostUsd",
    "cost_output_usd": "ReportedOutputCostUsd",
    "ttft_s": "Ttft",
    "queue_s": "Queue",
    "prefill_s": "Prefill",
    "decode_s": "Decode",
    "engine_e2e_s": "EngineE2e",
    "tpot_s": "Tpot",
}
UNITS = {"s": Convert.SECONDS, "ms": Convert.MILLISECONDS, "ns": Convert.NANOSECONDS}
ORIGINS = {
    "attribute": Origin.ATTRIBUTE,
    "resource": Origin.RESOURCE,
    "json": Origin.JSON,
    "event": Origin.EVENT_ATTRIBUTE,
    "name": Origin.NAME,
}


def user_mapping(
    settings: NormalizeSettings, mapping: SemanticMapping = DECLARED
) -> SemanticMapping:
    """The mapping with the settings' rows before all others.

    Raises SettingsError when a row names no field, kind or dialect, or cannot be read.
    """
    extra = [_source(row, mapping) for row in settings.fields]
    kinds = [_kind(row) for row in settings.kinds]
    full = with_extra(mapping, extra)
    return replace(full, kind_attributes=(*kinds, *full.kind_attributes))


def _source(row: FieldRow, mapping: SemanticMapping) -> FieldSource:
    name = NAMES.get(row.field) or "".join(part[:1].upper() + part[1:] for part in _words(row))
    converts = [source.convert for source in mapping.fields if source.field == name]
    convert = converts[0] if converts else Convert.TEXT
    if convert in DURATIONS:
        convert = UNITS[row.unit]
    if row.origin == "name":
        _check_pattern(row)
    _check_kinds(row.kinds, str(row))
    return FieldSource(
        name, row.key, convert, ORIGINS[row.origin], row.path, row.kinds, row.dialects
    )


def _words(row: FieldRow) -> list[str]:
    return row.field.split("_")


def _kind(row: KindRow) -> KindAttribute:
    if not row.attribute or not row.values:
        raise SettingsError(
            f"normalize.kinds: {row.attribute!r} with values {row.values} tells no kind; "
            'write attribute = "..." and values = {their_word = "tool"}'
        )
    _check_kinds(row.values.values(), str(row))
    return KindAttribute(row.attribute, {value.lower(): kind for value, kind in row.values.items()})


def _check_kinds(kinds: Iterable[str], where: str) -> None:
    for kind in kinds:
        if kind not in KINDS:
            raise SettingsError(
                f"normalize: {where}: {kind!r} is no kind; they are {', '.join(sorted(KINDS))}"
            )


def _check_pattern(row: FieldRow) -> None:
    try:
        groups = re.compile(row.key).groups
    except re.error as error:
        raise SettingsError(f"normalize: {row}: the pattern is not usable: {error}") from None
    if groups != 1:
        raise SettingsError(
            f"normalize: {row}: the pattern has {groups} groups; one gives the value"
        )
