"""Training on a GPU: the motion library, the environment, PPO, export. Needs the extra `train`."""
