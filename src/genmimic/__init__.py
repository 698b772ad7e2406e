"""GenMimic: a generated video of a person in, a physically plausible Unitree G1 trajectory out."""

__version__ = "0.1.0"
