"""Stage 1a: video in, HumanMotion out."""
