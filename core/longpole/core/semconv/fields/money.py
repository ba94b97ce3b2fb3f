"""What the sender says a call cost."""

from __future__ import annotations

from functools import partial

from longpole.core.semconv.fields.rows import attributes, inside
from longpole.core.semconv.model import Convert, FieldSource, Origin

LANGFUSE = "langfuse.observation.cost_details"
MLFLOW = "mlflow.llm.cost"

_money = partial(attributes, convert=Convert.MONEY)
_inside = partial(inside, convert=Convert.MONEY)

MONEY = (
    *_money(
        "ReportedCostUsd",
        "llm.cost.total",
        "gen_ai.cost.total_cost",
        "gen_ai.usage.cost",
        "gen_ai.usage.total_cost",
        "operation.cost",
    ),
    *_inside("ReportedCostUsd", LANGFUSE, "total"),
    FieldSource("ReportedCostUsd", LANGFUSE, Convert.MONEY, Origin.SUM),
    *_inside("ReportedCostUsd", MLFLOW, "total_cost"),
    *_money("ReportedCostUsd", "cost_usd", dialects=("claude-code",)),
    *_money("ReportedInputCostUsd", "llm.cost.prompt", "gen_ai.cost.input_cost"),
    *_inside("ReportedInputCostUsd", LANGFUSE, "input"),
    *_inside("ReportedInputCostUsd", MLFLOW, "input_cost"),
    *_money("ReportedOutputCostUsd", "llm.cost.completion", "gen_ai.cost.output_cost"),
    *_inside("ReportedOutputCostUsd", LANGFUSE, "output"),
    *_inside("ReportedOutputCostUsd", MLFLOW, "output_cost"),
)
