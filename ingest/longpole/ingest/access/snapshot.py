"""What is known of keys and projects at one time, and its copy on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from longpole.core.access import ApiKey, Project
from longpole.core.errors import InputError


@dataclass(frozen=True)
class Snapshot:
    """Keys by their id, projects with a limit by their name."""

    keys: Mapping[str, ApiKey]
    projects: Mapping[str, Project]


def snapshot_of(keys: Sequence[ApiKey], projects: Sequence[Project]) -> Snapshot:
    """A snapshot that finds each at once."""
    limited = {project.name: project for project in projects if project.spans_per_s}
    return Snapshot({key.key_id: key for key in keys}, limited)


def write_snapshot(file: Path, snapshot: Snapshot) -> None:
    """Replace the copy on disk as a whole; only this user can read it. Raises OSError."""
    content = {
        "keys": [asdict(key) for key in snapshot.keys.values()],
        "projects": [asdict(project) for project in snapshot.projects.values()],
    }
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    opened = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def read_snapshot(file: Path) -> Snapshot | None:
    """The copy on disk, None where there is none. Raises InputError when it cannot be used."""
    try:
        content = json.loads(file.read_text("utf-8"))
        keys = [
            ApiKey(**{**key, "other_projects": tuple(key["other_projects"])})
            for key in content["keys"]
        ]
        return snapshot_of(keys, [Project(**project) for project in content["projects"]])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"the copy of the keys in {file} cannot be used ({error}); keys are known again when "
            "the store answers"
        ) from None
