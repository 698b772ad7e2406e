"""Worlds, controllers and rollouts."""
