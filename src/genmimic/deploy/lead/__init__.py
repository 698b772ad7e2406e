"""From a stand at rest into a motion, and back: what a video begins and ends in the middle of."""
