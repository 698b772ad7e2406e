"""Motions of other origin as HumanMotion: one file per format."""
