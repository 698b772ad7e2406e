"""The safety filter: limits, checks, clamps. Every command to the robot goes through `safety.filter`."""
