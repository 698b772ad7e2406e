"""The tracking environment: thousands of simulated robots that follow the clips of a corpus."""
