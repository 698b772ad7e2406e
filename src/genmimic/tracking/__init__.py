"""The tracking MDP as pure functions on numpy arrays or torch tensors."""
