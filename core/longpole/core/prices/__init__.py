"""What model calls cost: the pinned genai-prices list as flat rows, applied to whole frames."""

from longpole.core.prices.book import PriceBook

__all__ = ["PriceBook"]
