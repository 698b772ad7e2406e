"""A deployment in real time: session, loop, operator, live view, log."""
