"""Metrics of a rollout."""
