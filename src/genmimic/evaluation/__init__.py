"""Policies tried many times: trials, metrics, campaigns that resume, results, and the paper's tables."""
