"""One control step: phases, sensing, what proposes targets, and the controller that joins them with the filter."""
