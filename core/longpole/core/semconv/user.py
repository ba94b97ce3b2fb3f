"""Rows of the mapping that the settings add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import re2

from longpole.core.errors import SettingsError
from longpole.core.semconv.compile.slots import INTO, LIMITS, OPENED
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
MAX_STEPS = {"json": 2, "event": 1}
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
    _check_limits(full)
    return replace(full, kind_attributes=(*kinds, *full.kind_attributes))


def _source(row: FieldRow, mapping: SemanticMapping) -> FieldSource:
    name = NAMES.get(row.field) or "".join(part[:1].upper() + part[1:] for part in _words(row))
    converts = [source.convert for source in mapping.fields if source.field == name]
    convert = converts[0] if converts else Convert.TEXT
    if convert in DURATIONS:
        convert = UNITS[row.unit]
    if row.origin == "name":
        _check_pattern(row)
    else:
        _check_place(row)
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


def _check_place(row: FieldRow) -> None:
    if INTO in row.key:
        raise SettingsError(f"normalize: {row}: a key with {INTO!r} cannot be read; rename it")
    deepest = MAX_STEPS.get(row.origin, 0)
    if sum(len(step.split("/")) for step in row.path) > deepest:
        raise SettingsError(
            f"normalize: {row}: the path has more than {deepest} steps, the most that can be read"
        )


def _check_limits(mapping: SemanticMapping) -> None:
    read = {Origin.ATTRIBUTE, *OPENED}
    limits = {(row.kinds, row.dialects) for row in mapping.fields if row.origin in read}
    if len(limits | {((), ())}) > LIMITS:
        known = {(row.kinds, row.dialects) for row in DECLARED.fields if row.origin in read}
        raise SettingsError(
            f"normalize.fields: {len(limits - known)} different combinations of kinds and dialects "
            f"are too many; {LIMITS - len(known | {((), ())})} have room"
        )


def _check_pattern(row: FieldRow) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        groups = re2.compile(row.key, options).groups
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace")
        raise SettingsError(
            f"normalize: {row}: the pattern is not usable: {reason}; the syntax is RE2's "
            "(no look-around, no back-references)"
        ) from None
    if groups != 1:
        raise SettingsError(
            f"normalize: {row}: the pattern has {groups} groups; one gives the value"
        )
