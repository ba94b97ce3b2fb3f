"""The mapping Longpole ships, put together from its tables."""

from __future__ import annotations

from longpole.core.semconv import kinds, values
from longpole.core.semconv.fields import FIELDS
from longpole.core.semconv.model import SemanticMapping

DECLARED = SemanticMapping(
    fields=FIELDS,
    kind_attributes=kinds.KIND_ATTRIBUTES,
    kind_first_words=kinds.KIND_FIRST_WORDS,
    kind_signatures=kinds.KIND_SIGNATURES,
    dialects=kinds.DIALECTS,
    providers=values.PROVIDERS,
    model_prefixes=values.MODEL_PREFIXES,
    frameworks=values.FRAMEWORKS,
    framework_scopes=values.FRAMEWORK_SCOPES,
    finish_reasons=values.FINISH_REASONS,
)
