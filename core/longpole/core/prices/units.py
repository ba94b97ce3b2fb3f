"""What a price list puts a price on, and what each list calls it.

Spans do not say how many pages, searches, seconds or characters there were, so what is priced by
these is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Unit:
    """A row of the table of units. `per`: how many of it the price of genai-prices is for."""

    column: str
    genai: str
    litellm: str
    book: str
    per: int = MILLION


UNITS = (
    Unit("InputPrice", "input_mtok", "input_cost_per_token", "input"),
    Unit("OutputPrice", "output_mtok", "output_cost_per_token", "output"),
    Unit("CacheReadPrice", "cache_read_mtok", "cache_read_input_token_cost", "cache_read"),
    Unit("CacheWritePrice", "cache_write_mtok", "cache_creation_input_token_cost", "cache_write"),
    Unit(
        "CacheWrite1hPrice",
        "cache_write_1h_mtok",
        "cache_creation_input_token_cost_above_1hr",
        "cache_write_1h",
    ),
    Unit("InputAudioPrice", "input_audio_mtok", "input_cost_per_audio_token", "input_audio"),
    Unit("InputImagePrice", "input_image_mtok", "input_cost_per_image_token", "input_image"),
    Unit(
        "CacheReadAudioPrice",
        "cache_audio_read_mtok",
        "cache_read_input_audio_token_cost",
        "cache_read_audio",
    ),
    Unit(
        "CacheReadImagePrice",
        "cache_image_read_mtok",
        "cache_read_input_image_token_cost",
        "cache_read_image",
    ),
    Unit("OutputAudioPrice", "output_audio_mtok", "output_cost_per_audio_token", "output_audio"),
    Unit("OutputImagePrice", "output_image_mtok", "output_cost_per_image_token", "output_image"),
    Unit("ReasoningPrice", "output_reasoning_mtok", "output_cost_per_reasoning_token", "reasoning"),
    Unit("RequestPrice", "requests_kcount", "input_cost_per_request", "request", 1_000),
)
PRICES = tuple(unit.column for unit in UNITS)
