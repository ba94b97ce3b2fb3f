"""Projects and API keys: who may send, for whom, how fast, and how long data is kept."""

from longpole.core.access.key import ANY, INGEST, ApiKey, CreatedKey, key_id_of, new_key
from longpole.core.access.keys import create_key, list_keys, revoke_key
from longpole.core.access.project import DEFAULT_PROJECT, Project, is_project_name, project_name
from longpole.core.access.projects import find_project, list_projects, set_project

__all__ = [
    "ANY",
    "DEFAULT_PROJECT",
    "INGEST",
    "ApiKey",
    "CreatedKey",
    "Project",
    "create_key",
    "find_project",
    "is_project_name",
    "key_id_of",
    "list_keys",
    "list_projects",
    "new_key",
    "project_name",
    "revoke_key",
    "set_project",
]
