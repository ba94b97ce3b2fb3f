"""Why the cost of a step changed: price, model mix, input, output, calls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longpole.analytics.detect.shapley import shapley
from longpole.analytics.detect.step_hours import Grid, StepHours

FACTORS = ("price", "model_mix", "input_tokens", "output_tokens", "calls_per_request")


@dataclass(frozen=True)
class Period:
    """A step over a stretch of hours; arrays are by model. Means a call are NaN without calls."""

    requests: float
    calls: float
    calls_per_request: float
    share: Grid
    tokens_in: Grid
    tokens_out: Grid
    price: Grid
    cost_per_request: float

    @property
    def mean_in(self) -> float:
        """Input tokens a call over all models."""
        return float(np.nansum(self.share * self.tokens_in))

    @property
    def mean_out(self) -> float:
        """Output tokens a call over all models."""
        return float(np.nansum(self.share * self.tokens_out))


def period(step: StepHours, hours: slice) -> Period:
    """Totals of some hours."""
    calls = step.calls[:, hours].sum(axis=1)
    requests = float(step.requests[hours].sum())
    total = float(calls.sum())
    listed = step.list_cost[:, hours].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Period(
            requests=requests,
            calls=total,
            calls_per_request=total / requests if requests else 0.0,
            share=calls / total if total else np.zeros_like(calls),
            tokens_in=step.tokens_in[:, hours].sum(axis=1) / calls,
            tokens_out=step.tokens_out[:, hours].sum(axis=1) / calls,
            price=step.cost[:, hours].sum(axis=1) / listed,
            cost_per_request=float(step.cost[:, hours].sum()) / requests if requests else 0.0,
        )


def split_change(step: StepHours, before: Period, after: Period) -> dict[str, float]:
    """Parts of the change in cost a request, by factor; they sum to the change.

    A model that was not called in a period has no tokens or price there: it takes those of the
    other period, so that its arrival counts as a change of the mix.
    """
    prices = _filled(before.price, after.price)
    tokens_in = _filled(before.tokens_in, after.tokens_in)
    tokens_out = _filled(before.tokens_out, after.tokens_out)
    shares, calls = (before.share, after.share), (before.calls_per_request, after.calls_per_request)

    def cost(flags: tuple[bool, ...]) -> float:
        price, mix, inputs, outputs, number = (int(flag) for flag in flags)
        a_call = tokens_in[inputs] * step.price_in + tokens_out[outputs] * step.price_out
        return float(calls[number] * (shares[mix] * a_call * prices[price]).sum())

    return dict(zip(FACTORS, shapley(cost, len(FACTORS)), strict=True))


def _filled(before: Grid, after: Grid) -> tuple[Grid, Grid]:
    old = np.where(np.isfinite(before), before, after)
    new = np.where(np.isfinite(after), after, before)
    return np.nan_to_num(old), np.nan_to_num(new)
