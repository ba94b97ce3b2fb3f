"""The jobs of a server, in the order in which data flows through them."""

from __future__ import annotations

import threading

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.analytics.jobs.detect import DetectJob
from longpole.analytics.jobs.find import FindJob
from longpole.analytics.jobs.job import Job, Stopping, never
from longpole.analytics.jobs.metric_rollup import MetricRollupJob
from longpole.analytics.jobs.reprice import RepriceJob
from longpole.analytics.jobs.retention import RetentionJob
from longpole.analytics.jobs.rollup import RollupJob
from longpole.analytics.jobs.turns import InTurn
from longpole.core.prices import LivePrices
from longpole.core.settings import Settings
from longpole.core.store import Store


def build_jobs(store: Store, settings: Settings, stopping: Stopping = never) -> list[Job]:
    """Every job of a server; `stopping` says when a long pass is to be cut short.

    Raises InputError where a price file cannot be used.
    """
    turn = threading.Lock()
    return [
        InTurn(AssembleJob(store, settings, LivePrices(settings)), turn),
        RepriceJob(store, settings, turn),
        RollupJob(store, settings.jobs, stopping),
        MetricRollupJob(store, settings.jobs, stopping),
        DetectJob(store, settings, stopping=stopping),
        FindJob(store, settings, LivePrices(settings)),
        RetentionJob(store, settings.jobs, stopping),
    ]
