"""Projects in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from longpole.core.access.project import Project, checked_number, project_name
from longpole.core.store import Store, load_sql


def list_projects(store: Store) -> list[Project]:
    """Every project that has settings, a key or data, by name."""
    return [Project(**row) for row in store.rows(load_sql("access/projects"))]


def find_project(store: Store, name: str) -> Project:
    """A project's settings; one that nobody set anything for has none. Raises InputError."""
    wanted = project_name(name)
    known = {project.name: project for project in list_projects(store)}
    return known.get(wanted, Project(wanted))


def set_project(
    store: Store, name: str, spans_per_s: int | None = None, retention_days: int | None = None
) -> Project:
    """Change what is given, keep the rest. Raises InputError for a value that cannot be."""
    project = find_project(store, name)
    if spans_per_s is not None:
        project = replace(project, spans_per_s=checked_number("the rate", spans_per_s))
    if retention_days is not None:
        project = replace(project, retention_days=checked_number("the retention", retention_days))
    row = {
        "Project": project.name,
        "SpansPerS": project.spans_per_s,
        "RetentionDays": project.retention_days,
        "UpdatedAt": datetime.now(UTC),
    }
    kinds = {"SpansPerS": pl.UInt32, "RetentionDays": pl.UInt32}
    store.insert("projects", pl.DataFrame([row], schema_overrides=kinds))
    return project
