"""The robot on a DDS network: message types, topics, and the process that repeats commands 500 times a second."""
