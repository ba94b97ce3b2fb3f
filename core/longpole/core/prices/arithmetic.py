"""What a call costs at a row of prices: counts are split into parts that share no token."""

from __future__ import annotations

import polars as pl

COUNTS = {
    "_Input": "InputTokens",
    "_Output": "OutputTokens",
    "_Read": "CacheReadTokens",
    "_Write": "CacheWriteTokens",
    "_Write1h": "CacheWrite1hTokens",
    "_Audio": "InputAudioTokens",
    "_Image": "InputImageTokens",
    "_OutAudio": "OutputAudioTokens",
    "_OutImage": "OutputImageTokens",
    "_Reasoning": "ReasoningTokens",
}
# A part that has no price of its own stays in its whole.
PRICED_BY = {
    "_Read": "CacheReadPrice",
    "_Write": "CacheWritePrice",
    "_Write1h": "CacheWrite1hPrice",
    "_Audio": "InputAudioPrice",
    "_Image": "InputImagePrice",
    "_OutAudio": "OutputAudioPrice",
    "_OutImage": "OutputImagePrice",
    "_Reasoning": "ReasoningPrice",
}
INPUT = {
    "_InputRest": "InputPrice",
    "_ReadRest": "CacheReadPrice",
    "_ReadAudio": "CacheReadAudioPrice",
    "_ReadImage": "CacheReadImagePrice",
    "_WriteRest": "CacheWritePrice",
    "_Write1h": "CacheWrite1hPrice",
    "_AudioRest": "InputAudioPrice",
    "_ImageRest": "InputImagePrice",
}
OUTPUT = {
    "_OutputRest": "OutputPrice",
    "_OutAudio": "OutputAudioPrice",
    "_OutImage": "OutputImagePrice",
    "_Reasoning": "ReasoningPrice",
}


def with_costs(calls: pl.LazyFrame) -> pl.LazyFrame:
    """Calls (columns COUNTS) joined to one row of prices each, with `_Cost`, `_In` and `_Out`.

    Left out are calls whose counts contradict each other: a part larger than its whole. `_Cost` is
    `_In`, `_Out` and the price of a request.
    """
    return (
        calls.with_columns(_counted(part, price) for part, price in PRICED_BY.items())
        .with_columns(_CachedMedia=_cached_media())
        .with_columns(_ReadAudio=pl.min_horizontal("_CachedMedia", "_Audio", "_Read"))
        .with_columns(
            _ReadImage=pl.min_horizontal(
                pl.col("_CachedMedia") - pl.col("_ReadAudio"),
                "_Image",
                pl.col("_Read") - pl.col("_ReadAudio"),
            )
        )
        .with_columns(**_rests())
        .filter(_consistent())
        .with_columns(_joint("Audio"), _joint("Image"))
        .with_columns(_In=_sum(INPUT), _Out=_sum(OUTPUT))
        .with_columns(_Cost=pl.sum_horizontal("_In", "_Out", pl.col("RequestPrice").fill_null(0.0)))
    )


def _counted(part: str, price: str) -> pl.Expr:
    return pl.when(pl.col(price).is_not_null()).then(pl.col(part)).otherwise(0.0).alias(part)


def _cached_media() -> pl.Expr:
    """Audio and images among the cached tokens, which nobody reports: as few as there can be.

    What is cached is the beginning of a prompt, its text first.
    """
    parts = pl.col("_Read") + pl.col("_Write") + pl.col("_Audio") + pl.col("_Image")
    return (parts - pl.col("_Input")).clip(0.0)


def _rests() -> dict[str, pl.Expr]:
    cached = pl.col("_ReadAudio") + pl.col("_ReadImage")
    media = pl.col("_Audio") + pl.col("_Image")
    return {
        "_InputRest": pl.col("_Input") - pl.col("_Read") - pl.col("_Write") - media + cached,
        "_ReadRest": pl.col("_Read") - cached,
        "_WriteRest": pl.col("_Write") - pl.col("_Write1h"),
        "_AudioRest": pl.col("_Audio") - pl.col("_ReadAudio"),
        "_ImageRest": pl.col("_Image") - pl.col("_ReadImage"),
        "_OutputRest": pl.col("_Output")
        - pl.col("_Reasoning")
        - pl.col("_OutAudio")
        - pl.col("_OutImage"),
    }


def _consistent() -> pl.Expr:
    """No part is larger than its whole, where both have a price."""
    rests = {"_InputRest": "InputPrice", "_OutputRest": "OutputPrice"}
    return pl.all_horizontal(
        *((pl.col(rest) >= 0) | pl.col(price).is_null() for rest, price in rests.items()),
        (pl.col("_WriteRest") >= 0) | pl.col("CacheWritePrice").is_null(),
    )


def _joint(medium: str) -> pl.Expr:
    """The price of cached audio or images; lists that have none mean that of the cache."""
    name = f"CacheRead{medium}Price"
    return pl.coalesce(name, "CacheReadPrice").alias(name)


def _sum(parts: dict[str, str]) -> pl.Expr:
    return pl.sum_horizontal(
        pl.col(count) * pl.col(price).fill_null(0.0) for count, price in parts.items()
    )
