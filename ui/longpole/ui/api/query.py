"""The parameter that every endpoint takes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class InProject(BaseModel):
    """Base of every endpoint's parameters; an unknown parameter is refused.

    The server binds the project before the endpoint runs (`longpole.ui.serving`), so that an
    endpoint cannot forget it.
    """

    model_config = ConfigDict(extra="forbid")
    project: str = Field(
        "",
        max_length=64,
        description="whose data; not given: `default`, or the only one that has data",
    )
