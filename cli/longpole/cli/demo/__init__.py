"""A believable agent workload, played through the real OTLP endpoint."""
