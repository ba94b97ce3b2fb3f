"""The mapping Longpole ships, put together from its tables."""

from __future__ import annotations

from longpole.core.semconv import dialects, kinds, values
from longpole.core.semconv.fields import FIELDS
from longpole.core.semconv.model import SemanticMapping

DECLARED = SemanticMapping(
    fields=FIELDS,
    kind_names_first=kinds.KIND_NAMES_FIRST,
    kind_attributes=kinds.KIND_ATTRIBUTES,
    kind_names=kinds.KIND_NAMES,
    kind_first_words=kinds.KIND_FIRST_WORDS,
    kind_signatures=kinds.KIND_SIGNATURES,
    dialects=dialects.DIALECTS,
    providers=values.PROVIDERS,
    model_prefixes=values.MODEL_PREFIXES,
    frameworks=values.FRAMEWORKS,
    framework_scopes=values.FRAMEWORK_SCOPES,
    framework_dialects=values.FRAMEWORK_DIALECTS,
    finish_reasons=values.FINISH_REASONS,
    cache_beside=dialects.CACHE_BESIDE,
    error_signs=dialects.ERROR_SIGNS,
    placeholders=dialects.PLACEHOLDERS,
)
