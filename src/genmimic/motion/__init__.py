"""The two motion types, their file formats and resampling."""
