"""Longpole ui: pages."""
