"""Longpole analytics: jobs."""
