"""The jobs of a server, in the order in which data flows through them."""

from __future__ import annotations

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.analytics.jobs.detect import DetectJob
from longpole.analytics.jobs.job import Job
from longpole.analytics.jobs.rollup import RollupJob
from longpole.core.prices import PriceBook
from longpole.core.settings import Settings
from longpole.core.store import Store


def build_jobs(store: Store, settings: Settings) -> list[Job]:
    """Assembly, rollups, detectors."""
    return [
        AssembleJob(store, settings, PriceBook.default()),
        RollupJob(store, settings.jobs),
        DetectJob(store, settings),
    ]
