"""opentelemetry-instrumentation-genai-agno: an agent with a tool, a stream, a team, a workflow."""

from __future__ import annotations

from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team
from agno.workflow import Step, Workflow
from opentelemetry.instrumentation.genai.agno import AgnoInstrumentor
from record_program import Facts, Pipeline, SpanFacts, record

PACKAGES = ("opentelemetry-instrumentation-genai-agno", "agno", "openai")
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


def run(agent: str, **more: object) -> Facts:
    """Facts of an agent's span: it names the model and has no usage."""
    place = {"agent_effective": agent, "session": "sess-42"}
    return {"kind": "agent", "agent": agent, "request_model": "gpt-4o-mini", **place, **more}


def tool(name: str, agent: str) -> Facts:
    """Facts of a tool's span, which has its session from the agent above."""
    called = {"tool": name, "tool_call_id": f"call_{name}"}
    return {"kind": "tool", **called, "agent_effective": agent, "session": "sess-42"}


WORKFLOW: Facts = {"kind": "chain", "workflow": "weather_workflow", "session": "sess-42"}
FACTS: SpanFacts = [
    ("invoke_agent weather_agent", run("weather_agent")),
    ("execute_tool get_weather", tool("get_weather", "weather_agent")),
    ("invoke_agent stream_agent", run("stream_agent")),
    ("invoke_workflow weather_workflow", WORKFLOW),
    ("invoke_agent step_agent", run("step_agent", workflow="weather_workflow")),
    ("invoke_agent weather_team", run("weather_team")),
    ("execute_tool delegate_task_to_member", tool("delegate_task_to_member", "weather_team")),
    ("invoke_agent member_agent", run("member_agent")),
]

if __name__ == "__main__":
    record(PACKAGES, program, {"otel-genai-agno": FACTS})
