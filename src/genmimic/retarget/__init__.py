"""Stage 1b: HumanMotion in, RobotMotion out."""
