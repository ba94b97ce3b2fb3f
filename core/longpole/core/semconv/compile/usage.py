"""Token arithmetic: input includes cached tokens, output includes reasoning, whoever reports.

Some instrumentations report the parts beside the whole instead of inside it. That shows when a
part exceeds the whole, or when only the sum with the parts gives the reported total.
"""

from __future__ import annotations

from longpole.core.semconv.compile.sqltext import Columns, all_of, any_of


def stage() -> Columns:
    """Corrected counts. The right-hand sides are as reported; null stays null."""
    with_cache = "SaidTotalTokens = SaidInputTokens + Cached + SaidOutputTokens"
    with_both = f"{with_cache} + Reasoned"
    with_reasoning = "SaidTotalTokens = InputTokens + SaidOutputTokens + Reasoned"
    input_only = all_of("Kind = 'embedding'", "isNull(SaidTotalTokens)")
    total_differs = "SaidTotalTokens != SaidInputTokens + SaidOutputTokens"
    return {
        "Cached": "ifNull(SaidCacheReadTokens, 0) + ifNull(SaidCacheWriteTokens, 0)",
        "Reasoned": "ifNull(SaidReasoningTokens, 0)",
        "CacheBeside": all_of(
            "Cached > 0",
            any_of(
                "Cached > SaidInputTokens", all_of(total_differs, any_of(with_cache, with_both))
            ),
        ),
        "InputTokens": "SaidInputTokens + if(CacheBeside, Cached, 0)",
        "ReasoningBeside": all_of(
            "Reasoned > 0",
            any_of("Reasoned > SaidOutputTokens", all_of(total_differs, with_reasoning)),
        ),
        "OutputTokens": "if(Kind = 'embedding', NULL, "
        "SaidOutputTokens + if(ReasoningBeside, Reasoned, 0))",
        "TotalTokens": "multiIf(isNotNull(InputTokens + OutputTokens), InputTokens + OutputTokens, "
        f"{input_only}, InputTokens, SaidTotalTokens)",
    }
