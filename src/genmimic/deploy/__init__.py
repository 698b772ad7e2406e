"""From the policy to the robot: controller, safety filter, links to real and simulated robots."""
