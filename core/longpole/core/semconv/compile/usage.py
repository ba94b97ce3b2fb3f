"""Token arithmetic: input includes cached tokens, output includes reasoning, whoever reports.

Some instrumentations report the parts beside the whole instead of inside it. Their dialect says so,
or it shows when a part exceeds the whole, or when only the sum with the parts gives the reported
total.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from longpole.core.semconv.compile.limits import is_dialect
from longpole.core.semconv.compile.sqltext import Columns, all_of, any_of, quote
from longpole.core.semconv.model import CacheBeside, SemanticMapping


def reported_stage(mapping: SemanticMapping) -> Columns:
    """Sums of parts as reported, and whether the dialect always leaves cached tokens out."""
    return {
        "Cached": "ifNull(SaidCacheReadTokens, 0) + ifNull(SaidCacheWriteTokens, 0)",
        "Reasoned": "ifNull(SaidReasoningTokens, 0)",
        "TotalFits": "ifNull(SaidTotalTokens = SaidInputTokens + SaidOutputTokens, false)",
        "AlwaysBeside": _always_beside(mapping),
    }


def stage() -> Columns:
    """Corrected counts. The right-hand sides are as reported; null stays null."""
    with_cache = "SaidTotalTokens = SaidInputTokens + Cached + SaidOutputTokens"
    with_both = f"{with_cache} + Reasoned"
    with_reasoning = "SaidTotalTokens = InputTokens + SaidOutputTokens + Reasoned"
    input_only = all_of("Kind = 'embedding'", "isNull(SaidTotalTokens)")
    differs = "SaidTotalTokens != SaidInputTokens + SaidOutputTokens"
    input_beside = all_of("InputTokensBeside", "NOT TotalFits")
    return {
        "CacheBeside": all_of(
            "Cached > 0",
            any_of(
                "AlwaysBeside",
                input_beside,
                "Cached > SaidInputTokens",
                all_of(differs, any_of(with_cache, with_both)),
            ),
        ),
        "InputTokens": "SaidInputTokens + if(CacheBeside, Cached, 0) + "
        f"if({input_beside}, ifNull(SaidInputAudioTokens, 0) + ifNull(SaidInputImageTokens, 0), 0)",
        "ReasoningBeside": all_of(
            "Reasoned > 0",
            any_of(
                all_of("OutputTokensBeside", "NOT TotalFits"),
                "Reasoned > SaidOutputTokens",
                all_of(differs, with_reasoning),
            ),
        ),
        "OutputTokens": "if(Kind = 'embedding', NULL, "
        "SaidOutputTokens + if(ReasoningBeside, Reasoned, 0))",
        "TotalTokens": "multiIf(isNotNull(InputTokens + OutputTokens), InputTokens + OutputTokens, "
        f"{input_only}, InputTokens, SaidTotalTokens)",
        "Notes": "arrayFilter(note -> note != '', ["
        "if(CacheBeside, 'cache_beside', ''), if(ReasoningBeside, 'reasoning_beside', ''), "
        f"if({any_of('InputTokensDiffer', 'OutputTokensDiffer')}, 'usage_conflict', '')])",
    }


def _always_beside(mapping: SemanticMapping) -> str:
    rules = [_holds(rule, mapping) for rule in mapping.cache_beside]
    return any_of(*rules) if rules else "false"


def _holds(rule: CacheBeside, mapping: SemanticMapping) -> str:
    dialect = is_dialect((rule.dialect,), mapping.dialects)
    if not rule.model_prefixes:
        return dialect
    return all_of(dialect, f"match(lower(Model), {quote(_starts(rule.model_prefixes))})")


def _starts(prefixes: Iterable[str]) -> str:
    return "^(?:" + "|".join(map(re.escape, prefixes)) + ")"
