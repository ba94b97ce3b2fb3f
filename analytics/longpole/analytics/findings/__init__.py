"""Longpole analytics: findings."""
