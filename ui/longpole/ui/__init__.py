"""Longpole ui."""
