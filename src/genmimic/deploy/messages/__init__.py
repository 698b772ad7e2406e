"""What the robot's messages say: records in the layout of Unitree's structs, checksum, joints, remote, what is sent."""
