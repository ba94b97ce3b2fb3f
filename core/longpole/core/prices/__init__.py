"""What model calls cost: price lists as flat dated rows, applied to whole frames."""

from longpole.core.prices.book import PriceBook
from longpole.core.prices.load import LivePrices, litellm_path, load_prices

__all__ = ["LivePrices", "PriceBook", "litellm_path", "load_prices"]
