"""Which model answered, and who served it."""

from __future__ import annotations

import re

from longpole.core.semconv.compile.sqltext import (
    Columns,
    all_of,
    any_of,
    array,
    first_text,
    lookup,
    quote,
)
from longpole.core.semconv.model import SemanticMapping


def said_stage(mapping: SemanticMapping) -> Columns:
    """Model and provider as far as the span says them, and the framework.

    A framework named as the provider is none; nor is an unknown name on a retriever span, where
    it is the class of a vector store.
    """
    known = lookup("ProviderLower", mapping.providers)
    # `openai.chat` is how the AI SDK writes openai.
    stem = lookup("substringIndex(ProviderLower, '.', 1)", mapping.providers)
    is_framework = f"ProviderLower IN {array(sorted(mapping.frameworks))}"
    store = all_of("Kind = 'retriever'", "ProviderKnown = ''")
    is_named = all_of("NamesFramework", "ProviderLower != ''")
    return {
        "Model": first_text(["SaidResponseModel", "SaidRequestModel"]),
        "ProviderLower": "lower(SaidProviderRaw)",
        "ProviderKnown": f"if({known} != '', {known}, {stem})",
        "NamesFramework": any_of(is_framework, store),
        "Framework": first_text(
            [
                f"if({is_named}, ProviderLower, '')",
                lookup("ScopeName", mapping.framework_scopes),
                lookup("Dialect", mapping.framework_dialects),
            ]
        ),
        "ProviderSaid": f"if(NamesFramework, '', {first_text(['ProviderKnown', 'ProviderLower'])})",
    }


def inferred_stage(mapping: SemanticMapping) -> Columns:
    """The provider, told from the model's name where nothing else says it."""
    prefixes = sorted(mapping.model_prefixes, key=lambda prefix: (-len(prefix), prefix))
    pattern = "^(?:" + "|".join(map(re.escape, prefixes)) + ")"
    columns: Columns = {
        "ModelOnly": "if(ProviderSaid = '', lower(Model), '')",
        "RequestOnly": "if(ProviderSaid = '', lower(SaidRequestModel), '')",
    }
    ways = []
    for name in ("ModelOnly", "RequestOnly"):
        before_slash = f"if(position({name}, '/') > 0, substringIndex({name}, '/', 1), '')"
        columns[f"{name}Slash"] = lookup(before_slash, mapping.providers)
        columns[f"{name}Prefix"] = lookup(
            f"extract({name}, {quote(pattern)})", mapping.model_prefixes
        )
        ways += [f"{name}Slash", f"{name}Prefix"]
    return {
        **columns,
        "Provider": first_text(["ProviderSaid", *ways]),
        "ProviderInferred": all_of("ProviderSaid = ''", "Provider != ''"),
    }
