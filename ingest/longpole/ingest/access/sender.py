"""Who a request is from, as far as its key tells."""

from __future__ import annotations

from dataclasses import dataclass

from longpole.core.access import ANY, is_project_name


@dataclass(frozen=True)
class Sender:
    """`project` gets what names no project; `others` may be named besides, `*` is any.

    `key_id` is empty where no key is needed, and `setting` for the key of the settings.
    """

    key_id: str
    project: str
    others: frozenset[str] = frozenset()

    def allows(self, project: str) -> bool:
        """Whether this sender may send for a project."""
        if project == self.project:
            return True
        return is_project_name(project) and (ANY in self.others or project in self.others)

    def project_for(self, attribute: str | None) -> str:
        """Where a resource goes whose `longpole.project` says this; else to the own project.

        The answer differs from a non-empty `attribute` only where it is not allowed or no name.
        """
        return attribute if attribute and self.allows(attribute) else self.project
