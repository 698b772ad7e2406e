"""A simulated robot in a process of its own, for as long as a deployment needs it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from genmimic.errors import InputError

_PR_SET_PDEATHSIG = 1
READY = "sim-robot: ready"
START_TIMEOUT = 60.0
LONGEST = 3600.0
"""Seconds after which a simulated robot ends by itself, should we have been killed."""
FIRST_DOMAIN, DOMAINS = 60, 120
"""DDS domains of simulated robots, clear of a real one's 0; each process takes one of its own."""


def own_domain() -> int:
    """A DDS domain that other processes on this machine hardly use."""
    return FIRST_DOMAIN + os.getpid() % DOMAINS


@contextmanager
def simulated_robot(domain: int, options: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """Start `genmimic sim-robot` on this machine's loopback and end it afterwards.

    Args:
        domain: DDS domain.
        options: Further words for its command line.

    Yields:
        The process, once it says that it is ready.

    Raises:
        InputError: It did not start; its own words say why.
    """
    command = [sys.executable, "-m", "genmimic", "sim-robot", "--interface", "lo", "--domain", str(domain)]
    command += ["--seconds", str(LONGEST), *options]
    # a group of its own: Ctrl-C at the terminal is the operator's to us, and the robot outlives our soft stop
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_die_with_parent
    )
    said: list[str] = []
    ready = threading.Event()
    reader = threading.Thread(target=_listen, args=(process, said, ready), daemon=True)
    reader.start()
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not ready.wait(0.05):
            if process.poll() is not None or time.monotonic() > deadline:
                raise InputError(f"the simulated robot did not start: {' '.join(said).strip() or 'it said nothing'}")
        yield process
    finally:
        end(process)
        reader.join(1.0)


def end(process: subprocess.Popen[str], patience: float = 10.0) -> None:
    """Ask a process to end, so that it writes its record, and make it end if it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _die_with_parent() -> None:
    """On Linux: be told to end when the program that started us is killed; elsewhere `LONGEST` has to do."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _listen(process: subprocess.Popen[str], said: list[str], ready: threading.Event) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if line.startswith(READY):
            ready.set()
