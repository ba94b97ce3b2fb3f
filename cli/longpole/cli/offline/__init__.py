"""OTLP files analysed by the pipeline that a running Longpole uses, without one running."""
