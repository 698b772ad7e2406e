"""GenMimicBench: taxonomy, prompts, the published videos, and GenMimicBench-Sim, a counterpart that anyone can run."""
