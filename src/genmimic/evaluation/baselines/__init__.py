"""Other people's trackers on the same motions with the same metrics."""
