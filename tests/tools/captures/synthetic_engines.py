"""Inference servers: vLLM, SGLang, text-generation-inference, and Ray Serve around vLLM."""

from __future__ import annotations

from typing import Any

from synthetic_framework import Capture, Declared

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
QWEN = "Qwen/Qwen3-8B"
GENAI = "opentelemetry.instrumentation.genai.openai"
VLLM: dict[str, Any] = {
    "scope": "vllm.llm_engine", "kind": "server", "resource": {"service.name": "vllm"},
}  # fmt: skip
LATENCY = {
    "gen_ai.latency.e2e": 1.9,
    "gen_ai.latency.time_in_queue": 0.1,
    "gen_ai.latency.time_in_model_prefill": 0.3,
    "gen_ai.latency.time_in_model_decode": 1.5,
    "gen_ai.latency.time_in_model_inference": 1.8,
    "gen_ai.latency.time_to_first_token": 0.4,
}
PHASES = {"queue_s": 0.1, "prefill_s": 0.3, "decode_s": 1.5}


def client(below: str = "", trace: int = 1) -> Declared:
    """The caller's own span, which knows the model and the same counts."""
    return Declared(
        f"chat {LLAMA}",
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": LLAMA,
            "gen_ai.response.model": LLAMA,
            "gen_ai.response.id": "chatcmpl-a1",
            "gen_ai.usage.input_tokens": 100,
            "gen_ai.usage.output_tokens": 20,
        },
        {
            "kind": "llm", "dialect": "otel-genai", "model": LLAMA, "provider": "openai",
            "input_tokens": 100, "output_tokens": 20, "total_tokens": 120, "usage_scope": "call",
            "counted": True, **PHASES, "tpot_s": 1.5 / 19, "ttft_s": 0.45, "ttft_source": "engine",
            "streaming": None, "response_id": "chatcmpl-a1",
        },
        scope=GENAI, below=below, trace=trace, for_ms=2000, kind="client",
        resource={"service.name": "shop"},
    )  # fmt: skip


def request(below: str = "", trace: int = 1, **facts: object) -> Declared:
    """vLLM's span of the same request, which names no model."""
    return Declared(
        "llm_request",
        {
            "gen_ai.request.id": "chatcmpl-a1-0",
            "gen_ai.request.max_tokens": 256,
            "gen_ai.request.temperature": 0.2,
            "gen_ai.request.top_p": 0.9,
            "gen_ai.request.n": 1,
            "gen_ai.usage.num_sequences": 1,
            "gen_ai.usage.prompt_tokens": 100,
            "gen_ai.usage.completion_tokens": 20,
            **LATENCY,
        },
        {
            "kind": "engine", "dialect": "vllm", "input_tokens": 100, "output_tokens": 20,
            "engine_e2e_s": 1.9, **PHASES, "tpot_s": 1.5 / 19, "ttft_s": 0.4,
            "ttft_source": "engine", "max_tokens": 256, "temperature": 0.2, "top_p": 0.9,
            "request_id": "chatcmpl-a1-0", **facts,
        },
        below=below, trace=trace, at_ms=50, for_ms=1900, **VLLM,
    )  # fmt: skip


OF_CLIENT: dict[str, Any] = {"counted": False, "model": LLAMA, "provider": "openai"}
ALONE: dict[str, Any] = {"counted": True, "model": None, "provider": None}
LOADING = Declared("Load model", {}, {"kind": "other", "counted": False}, trace=3, **VLLM)
CLIENT_NAME = f"chat {LLAMA}"
VLLM_CAPTURE = Capture(
    "synthetic-vllm",
    "vLLM V1 under an OpenAI client",
    (client(), request(CLIENT_NAME, **OF_CLIENT), request(trace=2, **ALONE), LOADING),
)


def served(name: str, below: str, kind: str) -> Declared:
    """A span of Ray Serve, which knows nothing of models."""
    return Declared(
        name,
        {"request_method": "POST"},
        {
            "kind": "other", "dialect": "ray-serve", "input_tokens": None, "model": None,
            "counted": False,
        },
        scope="ray.serve", below=below, for_ms=2000, kind=kind,
        resource={"service.name": "ray-serve"},
    )  # fmt: skip


RAY = Capture(
    "synthetic-ray-serve",
    "Ray Serve around vLLM",
    (
        client(),
        served("proxy_http_request", CLIENT_NAME, "server"),
        served("proxy_route_to_replica", "proxy_http_request", "client"),
        served("replica_handle_request", "proxy_route_to_replica", "server"),
        request("replica_handle_request", **OF_CLIENT),
    ),
)
SGLANG: dict[str, Any] = {"scope": "sglang server", "resource": {"service.name": "sglang"}}
THREAD = {"host_id": "h1", "pid": 7, "thread_label": "Scheduler [TP 0]"}


def stage(name: str, at_ms: float, for_ms: float, after: str = "") -> Declared:
    """A stage of a request, linked to the one before it."""
    return Declared(
        name,
        {},
        {"kind": "chain", "dialect": "sglang", "counted": False, "input_tokens": None},
        below="Scheduler", at_ms=at_ms, for_ms=for_ms, linked=(after,) if after else (), **SGLANG,
    )  # fmt: skip


SGLANG_CAPTURE = Capture(
    "synthetic-sglang",
    "SGLang",
    (
        Declared(
            "Req a1b2c3d4",
            {
                "rid": "a1b2c3d4",
                "module": "sglang::request",
                "gen_ai.response.model": QWEN,
                "gen_ai.usage.prompt_tokens": 80,
                "gen_ai.usage.completion_tokens": 11,
                "gen_ai.usage.cached_tokens": 16,
                "gen_ai.response.finish_reasons": '["stop"]',
                "gen_ai.latency.time_to_first_token": 0.31,
                "gen_ai.latency.e2e": 0.9,
            },
            {
                "kind": "engine", "dialect": "sglang", "model": QWEN, "response_model": QWEN,
                "request_model": None, "input_tokens": 80, "cache_read_tokens": 16,
                "output_tokens": 11, "counted": True, "usage_scope": "call",
                "finish_reasons": ["stop"], "ttft_s": 0.31, "ttft_source": "engine",
                "engine_e2e_s": 0.9, "queue_s": 0.12, "prefill_s": 0.15, "decode_s": 0.5,
                "tpot_s": 0.05, "request_id": "a1b2c3d4",
            },
            **SGLANG,
        ),
        Declared(
            "Scheduler", THREAD, {"kind": "chain", "dialect": "sglang", "counted": False},
            below="Req a1b2c3d4", at_ms=10, for_ms=950, **SGLANG,
        ),
        stage("request_process", 10, 20),
        stage("prefill_waiting", 40, 120, "request_process"),
        stage("prefill_forward", 160, 150, "prefill_waiting"),
        stage("decode_loop", 310, 500, "prefill_forward"),
    ),
)  # fmt: skip
TGI: dict[str, Any] = {
    "scope": "text-generation-router", "resource": {"service.name": "text-generation-inference"},
}  # fmt: skip
NAMELESS = {"dialect": "tgi", "kind": "engine", "model": None, "input_tokens": None}
TGI_CAPTURE = Capture(
    "synthetic-tgi",
    "text-generation-inference",
    (
        Declared("POST /generate", {}, {"kind": "other"}, kind="server", for_ms=1300, **TGI),
        Declared(
            "generate",
            {
                "parameters": "GenerateParameters { best_of: None, temperature: Some(0.5) }",
                "total_time": "1.25s",
                "validation_time": "912µs",
                "queue_time": "480.3ms",
                "inference_time": "768.788ms",
                "time_per_token": "38.4394ms",
                "seed": "Some(42)",
            },
            {
                **NAMELESS, "engine_e2e_s": 1.25, "queue_s": 0.4803, "tpot_s": 0.0384394,
                "prefill_s": None, "ttft_s": None, "usage_scope": "none", "counted": False,
            },
            below="POST /generate", for_ms=1250, **TGI,
        ),
        Declared(
            "generate_stream",
            {"total_time": "480.3ms", "queue_time": "912µs", "time_per_token": "35ns"},
            {**NAMELESS, "engine_e2e_s": 0.4803, "queue_s": 0.000912, "tpot_s": 35e-9},
            trace=2, for_ms=481, **TGI,
        ),
    ),
)  # fmt: skip
ENGINES = (VLLM_CAPTURE, RAY, SGLANG_CAPTURE, TGI_CAPTURE)
