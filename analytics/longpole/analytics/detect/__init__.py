"""Detectors: frames in, findings out."""

from longpole.analytics.detect.drift import find_cost_drift
from longpole.analytics.detect.frames import Detection
from longpole.analytics.detect.latency import find_latency_anomalies
from longpole.analytics.detect.thresholds import DriftThresholds, LatencyThresholds

__all__ = [
    "Detection",
    "DriftThresholds",
    "LatencyThresholds",
    "find_cost_drift",
    "find_latency_anomalies",
]
