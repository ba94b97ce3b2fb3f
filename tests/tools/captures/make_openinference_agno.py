"""openinference-instrumentation-agno: an agent with a tool, a stream, a team, a workflow."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team
from agno.workflow import Step, Workflow
from facts_program import IDENTITY, LLM
from openinference.instrumentation.agno import AgnoInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("openinference-instrumentation-agno", "agno", "openai")
WHO = {"session_id": "sess-42", "user_id": "user-7"}


def get_weather(city: str) -> str:
    """Weather of a city."""
    return f"sunny in {city}"


def program(pipeline: Pipeline) -> None:
    """Four traces."""
    AgnoInstrumentor().instrument()
    where = {"base_url": f"{pipeline.provider_url}/v1", "api_key": "fake", "max_retries": 0}

    def agent(name: str, **more: object) -> Agent:
        return Agent(name=name, model=OpenAIChat("gpt-4o-mini", **where), telemetry=False, **more)

    weather = agent("weather_agent", tools=[get_weather])
    weather.run("Weather in Paris?", **WHO)
    for _ in agent("stream_agent").run("Weather in Paris?", stream=True, **WHO):
        pass
    step = Step(name="ask", agent=agent("step_agent"))
    workflow = Workflow(name="weather_workflow", steps=[step], telemetry=False)
    workflow.run("Weather in Paris?", **WHO)
    model = OpenAIChat("gpt-4o-mini", **where)
    team = Team(name="weather_team", members=[agent("member_agent")], model=model, telemetry=False)
    team.run("Weather in Paris?", **WHO)


def below(agent: str) -> Facts:
    """Facts of what runs for an agent."""
    return {"agent_effective": agent, **IDENTITY}


def run(agent: str) -> Facts:
    """Facts of an agent's span."""
    return {"kind": "agent", "agent": agent, **below(agent)}


def call(agent: str) -> Facts:
    """Facts of a model's span: this library leaves reasoning tokens out."""
    known = {"provider": "openai", "model": "gpt-4o-mini"}
    return {**LLM, "cache_read_tokens": 32, "reasoning_tokens": None, **known, **below(agent)}


def tool(name: str, agent: str) -> Facts:
    """Facts of a tool's span."""
    return {"kind": "tool", "tool": name, **below(agent)}


FACTS: SpanFacts = [
    ("weather_agent.run", run("weather_agent")),
    ("OpenAIChat.invoke", call("weather_agent")),
    ("get_weather", tool("get_weather", "weather_agent")),
    ("OpenAIChat.invoke", call("weather_agent")),
    ("stream_agent.run", run("stream_agent")),
    ("OpenAIChat.invoke_stream", call("stream_agent")),
    ("weather_workflow.run", {"kind": "chain", **IDENTITY}),
    ("ask.execute", {"kind": "chain", **IDENTITY}),
    ("step_agent.run", run("step_agent")),
    ("OpenAIChat.invoke", call("step_agent")),
    ("weather_team.run", run("weather_team")),
    ("OpenAIChat.invoke", call("weather_team")),
    ("delegate_task_to_member", tool("delegate_task_to_member", "weather_team")),
    ("member_agent.run", run("member_agent")),
    ("OpenAIChat.invoke", call("member_agent")),
    ("OpenAIChat.invoke", call("weather_team")),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"openinference-agno": FACTS})
