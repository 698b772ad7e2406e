"""The whole path from a video to a report, stage by stage, resumable."""
