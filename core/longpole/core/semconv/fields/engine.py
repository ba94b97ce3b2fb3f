"""Phases that an inference server reports of its own request.

vLLM and SGLang write seconds, TGI texts with a unit.
"""

from __future__ import annotations

from functools import partial

from longpole.core.semconv.fields.rows import attributes
from longpole.core.semconv.model import Convert

_seconds = partial(attributes, convert=Convert.SECONDS)
_tgi = partial(attributes, convert=Convert.WITH_UNIT, dialects=("tgi",))

ENGINE = (
    *_seconds("EngineE2e", "gen_ai.latency.e2e"),
    *_tgi("EngineE2e", "total_time"),
    *_seconds("Queue", "gen_ai.latency.time_in_queue"),
    *_tgi("Queue", "queue_time"),
    *_seconds("Prefill", "gen_ai.latency.time_in_model_prefill"),
    *_seconds("Decode", "gen_ai.latency.time_in_model_decode"),
    *_seconds("Tpot", "gen_ai.server.time_per_output_token"),
    *_tgi("Tpot", "time_per_token"),
)
