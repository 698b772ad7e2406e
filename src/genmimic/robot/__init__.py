"""The 23-DoF Unitree G1 as data: names, limits, gains, keypoints, mirror maps, kinematics and the MJCF builder."""
