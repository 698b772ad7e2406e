"""Rendering, side-by-side video, report and browser viewer."""
