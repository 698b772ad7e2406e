"""Motions of other origin as HumanMotion: one file per format."""

from genmimic.motion.importers.dispatch import import_motion

__all__ = ["import_motion"]
