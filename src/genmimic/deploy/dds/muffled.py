"""Standard error of a process that must not fill the operator's screen.

CycloneDDS, in C, writes a line for each message that cannot be sent: with a pulled cable 500 a second, and it has no
setting against it.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress

LINES, SECONDS = 5, 10.0
"""So many lines are passed on in so many seconds."""


def muffle_stderr() -> None:
    """Pass only the first lines of each stretch of time on to the real standard error, for the rest of the process."""
    reading, writing = os.pipe()
    real = os.dup(2)
    os.dup2(writing, 2)
    os.close(writing)
    threading.Thread(target=_relay, args=(reading, real), name="stderr", daemon=True).start()


def _relay(reading: int, real: int) -> None:
    began, passed = time.monotonic(), 0
    with os.fdopen(reading, "rb") as lines:
        for line in lines:
            if time.monotonic() - began > SECONDS:
                began, passed = time.monotonic(), 0
            passed += 1
            text = line if passed <= LINES else b"(more such lines are left out)\n"
            # once nobody listens any more the rest is read nevertheless: who writes must never wait
            with suppress(OSError):
                if passed <= LINES + 1:
                    os.write(real, text)
