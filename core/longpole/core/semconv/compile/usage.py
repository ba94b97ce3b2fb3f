"""Token arithmetic: input includes cached tokens, output includes reasoning, whoever reports.

Some instrumentations report the parts beside the whole instead of inside it. Their dialect says so,
or it shows when a part exceeds the whole, or when only the sum with the parts gives the reported
total.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from longpole.core.semconv.compile.limits import is_dialect
from longpole.core.semconv.compile.slots import KeyTable
from longpole.core.semconv.compile.sqltext import Columns, all_of, any_of, array, quote
from longpole.core.semconv.model import CacheBeside, SemanticMapping


def known_stage(mapping: SemanticMapping, spans: KeyTable) -> Columns:
    """Whether attributes are there with which a dialect includes cached tokens."""
    return {
        _includes(rule): f"hasAny(SpanKnown, [{', '.join(map(str, codes))}])"
        for rule in mapping.cache_beside
        if (codes := [spans.code_of(key) for key in rule.unless])
    }


def reported_stage(mapping: SemanticMapping) -> Columns:
    """Sums of parts as reported, and whether the dialect always leaves cached tokens out."""
    written = [rule.dialect for rule in mapping.cache_beside if rule.written_only]
    both = "ifNull(SaidCacheReadTokens, 0) + ifNull(SaidCacheWriteTokens, 0)"
    left_out = (
        f"if({is_dialect(written, mapping.dialects)}, ifNull(SaidCacheWriteTokens, 0), {both})"
    )
    return {
        "Cached": both,
        "LeftOut": left_out if written else both,
        "Reasoned": "ifNull(SaidReasoningTokens, 0)",
        "TotalFits": "ifNull(SaidTotalTokens = SaidInputTokens + SaidOutputTokens, false)",
        "AlwaysBeside": _always_beside(mapping),
    }


def stage() -> Columns:
    """Corrected counts. The right-hand sides are as reported; null stays null."""
    with_cache = "SaidTotalTokens = SaidInputTokens + LeftOut + SaidOutputTokens"
    with_both = f"{with_cache} + Reasoned"
    with_reasoning = "SaidTotalTokens = InputTokens + SaidOutputTokens + Reasoned"
    input_only = all_of("Kind = 'embedding'", "isNull(SaidTotalTokens)")
    differs = "SaidTotalTokens != SaidInputTokens + SaidOutputTokens"
    input_beside = all_of("InputTokensBeside", "NOT TotalFits")
    output_beside = all_of("OutputTokensBeside", "NOT TotalFits")
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
        "InputTokens": "SaidInputTokens + if(CacheBeside, LeftOut, 0) + "
        f"if({input_beside}, ifNull(SaidInputAudioTokens, 0) + ifNull(SaidInputImageTokens, 0), 0)",
        "ReasoningBeside": all_of(
            "Reasoned > 0",
            any_of(
                all_of(any_of("OutputTokensBeside", "ReasoningTokensBeside"), "NOT TotalFits"),
                "Reasoned > SaidOutputTokens",
                all_of(differs, with_reasoning),
            ),
        ),
        "OutputTokens": "if(Kind = 'embedding', NULL, "
        "SaidOutputTokens + if(ReasoningBeside, Reasoned, 0) + "
        f"if({output_beside}, ifNull(SaidOutputAudioTokens, 0) + "
        "ifNull(SaidOutputImageTokens, 0), 0))",
        "TotalTokens": "multiIf(isNotNull(InputTokens + OutputTokens), InputTokens + OutputTokens, "
        f"{input_only}, InputTokens, SaidTotalTokens)",
        "Notes": "arrayFilter(note -> note != '', ["
        "if(CacheBeside, 'cache_beside', ''), if(ReasoningBeside, 'reasoning_beside', ''), "
        f"if({any_of('InputTokensDiffer', 'OutputTokensDiffer')}, 'usage_conflict', '')])",
    }


def _always_beside(mapping: SemanticMapping) -> str:
    rules = [_holds(rule, mapping) for rule in mapping.cache_beside if not rule.written_only]
    return any_of(*rules) if rules else "false"


def _holds(rule: CacheBeside, mapping: SemanticMapping) -> str:
    conditions = [is_dialect((rule.dialect,), mapping.dialects)]
    if rule.scopes:
        conditions.append(f"ScopeName IN {array(rule.scopes)}")
    if rule.unless:
        conditions.append(f"NOT {_includes(rule)}")
    if rule.model_prefixes:
        conditions.append(f"match(lower(Model), {quote(_starts(rule.model_prefixes))})")
    return all_of(*conditions)


def _includes(rule: CacheBeside) -> str:
    return "Includes" + "".join(part.title() for part in rule.dialect.split("-"))


def _starts(prefixes: Iterable[str]) -> str:
    return "^(?:" + "|".join(map(re.escape, prefixes)) + ")"
