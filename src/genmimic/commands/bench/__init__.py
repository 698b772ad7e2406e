"""`genmimic bench`: GenMimicBench and its simulated counterpart."""
