"""What is tried before a motion may move a robot: gates, the motion's margins, the report."""
