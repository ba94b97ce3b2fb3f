"""The user's price book: a TOML file of dated prices and exchange rates, checked entry by entry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any, Self

import re2
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from longpole.core.errors import InputError
from longpole.core.prices.names import tier_name
from longpole.core.prices.units import UNITS

USD = "USD"
WAYS = ("equals", "starts_with", "ends_with", "contains", "regex")


def _day(value: object) -> object:
    # A date of TOML only: 1 would be a day of 1970.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("give a day as 2026-11-24, without quotes")
    return value


Day = Annotated[date, BeforeValidator(_day)]
Price = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False, strict=True)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Matcher(_Table):
    """Which model names an entry is for; letters' case does not matter."""

    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    contains: str | None = None
    regex: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in WAYS if getattr(self, way)]
        if len(given) != 1:
            raise ValueError(f"give one of {', '.join(WAYS)}")
        if self.regex is not None:
            _ = self._compiled
        return self

    @cached_property
    def _compiled(self) -> Any:  # noqa: ANN401 - re2 has no types
        options = re2.Options()
        options.log_errors = False
        options.case_sensitive = False
        try:
            return re2.compile(self.regex, options)
        except re2.error as error:
            reason = error.args[0].decode("utf-8", "replace")
            raise ValueError(f"it is not an RE2 expression: {reason}") from None

    def is_match(self, model: str) -> bool:
        """Whether the entry is for this model."""
        name = model.lower()
        if self.regex is not None:
            return self._compiled.search(model) is not None
        if self.equals is not None:
            return name == self.equals.lower()
        if self.contains is not None:
            return self.contains.lower() in name
        if self.starts_with is not None:
            return name.startswith(self.starts_with.lower())
        return name.endswith((self.ends_with or "").lower())

    def __str__(self) -> str:
        way = next(way for way in WAYS if getattr(self, way))
        value: str = getattr(self, way)
        return value if way == "equals" else f"{way} {value}"


def _matcher(value: object) -> object:
    return {"equals": value} if isinstance(value, str) else value


class BookEntry(_Table):
    """A `[[price]]`: prices for a million tokens, and for one request, in its currency."""

    provider: Annotated[str, BeforeValidator(lambda name: str(name).strip().lower())] = ""
    model: Annotated[Matcher, BeforeValidator(_matcher)]
    start: Day | None = Field(None, alias="from")
    to: Day | None = None
    tier: Annotated[str, BeforeValidator(lambda said: tier_name(str(said)))] = ""
    over_input_tokens: Annotated[int, Field(ge=0, le=10**12, strict=True)] | None = None
    currency: Currency | None = None
    input: Price | None = None
    output: Price | None = None
    cache_read: Price | None = None
    cache_write: Price | None = None
    cache_write_1h: Price | None = None
    input_audio: Price | None = None
    input_image: Price | None = None
    cache_read_audio: Price | None = None
    cache_read_image: Price | None = None
    output_audio: Price | None = None
    output_image: Price | None = None
    reasoning: Price | None = None
    request: Price | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if all(getattr(self, unit.book) is None for unit in UNITS):
            raise ValueError("it has no price; give input, output or another of docs/prices.md")
        if self.start and self.to and self.start >= self.to:
            raise ValueError(f"to {self.to} is not after from {self.start}")
        return self


class Rate(_Table):
    """A `[[rate]]`: US dollars for one of a currency, from a day on until the next rate."""

    currency: Currency
    start: Day | None = Field(None, alias="from")
    to: Day | None = None
    usd: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]


DOLLAR = Rate.model_validate({"currency": USD, "usd": 1.0})


@dataclass(frozen=True)
class BookFile:
    """A price book; rates are in order of time, each with the day on which the next begins."""

    entries: tuple[BookEntry, ...]
    rates: tuple[Rate, ...]
    currency: str = USD

    def rates_of(self, entry: BookEntry) -> list[Rate]:
        """The rates that hold in an entry's time."""
        currency = entry.currency or self.currency
        if currency == USD:
            return [DOLLAR]
        return [
            rate
            for rate in self.rates
            if rate.currency == currency
            and (rate.to is None or entry.start is None or rate.to > entry.start)
            and (rate.start is None or entry.to is None or rate.start < entry.to)
        ]


def read_book(path: Path) -> BookFile:
    """Read and check a price book. Raises InputError with one line for each bad entry."""
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise InputError(
            f"the price book {path} cannot be read: {error.strerror}; name another (prices.book)"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the price book {path} is not TOML: {error}") from None
    return _checked(content, path)


def _checked(content: dict[str, Any], path: Path) -> BookFile:
    unknown = sorted(set(content) - {"currency", "price", "rate"})
    problems = [
        f"{path}: {name[:80]!r} is not known; it has price, rate, currency" for name in unknown
    ]
    rates = _in_order(_tables(content, "rate", Rate, path, problems))
    entries = _tables(content, "price", BookEntry, path, problems)
    currency = content.get("currency", USD)
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
        problems.append(f"{path}: currency is {str(currency)[:80]!r}; give three letters as EUR")
        currency = USD
    book = BookFile(tuple(entries), tuple(rates), currency)
    if not problems:
        problems = list(_without_rate(book, path))
    if problems:
        raise InputError("\n".join(problems))
    return book


def _tables(
    content: dict[str, Any], name: str, kind: type[Any], path: Path, problems: list[str]
) -> list[Any]:
    given = content.get(name, [])
    if not isinstance(given, list):
        problems.append(f"{path}: {name} is not a list; begin each with [[{name}]]")
        return []
    made = []
    for number, table in enumerate(given, 1):
        try:
            made.append(kind.model_validate(table))
        except ValidationError as error:
            problems.append(f"{path}: {name} {number}{_named(table)}: {_words(error)}")
    return made


def _named(table: object) -> str:
    named = table.get("model", table.get("currency")) if isinstance(table, dict) else None
    return f" ({str(named)[:80]})" if named else ""


def _words(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    words = first["msg"].removeprefix("Value error, ")
    if not key:
        return words
    return f"{key}: {words} (got {str(first['input'])[:80]!r}); docs/prices.md has every key"


def _in_order(rates: list[Rate]) -> list[Rate]:
    """Rates of each currency by day, each until the next."""
    ordered = sorted(rates, key=lambda rate: (rate.currency, rate.start or date.min))
    return [
        rate.model_copy(update={"to": after.start})
        if after is not None and after.currency == rate.currency
        else rate
        for rate, after in zip_longest(ordered, ordered[1:])
    ]


def _without_rate(book: BookFile, path: Path) -> list[str]:
    """Entries part of whose time no exchange rate covers."""
    problems = []
    for number, entry in enumerate(book.entries, 1):
        rates = book.rates_of(entry)
        currency = entry.currency or book.currency
        first = min((rate.start or date.min for rate in rates), default=None)
        if first is None:
            problems.append(
                f"{path}: price {number} ({entry.model}): there is no [[rate]] of {currency}; "
                "add one with usd = the dollars for one"
            )
        elif first > (entry.start or date.min):
            problems.append(
                f"{path}: price {number} ({entry.model}): the first rate of {currency} is from "
                f"{first}; give the price a later `from`, or add an earlier rate"
            )
    return problems
