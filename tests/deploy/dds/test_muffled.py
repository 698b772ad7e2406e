import subprocess
import sys

from genmimic.deploy.dds.muffled import LINES

SCRIPT = """
import os, time
from genmimic.deploy.dds.muffled import muffle_stderr
muffle_stderr()
for number in range(1000):
    os.write(2, b"line %d\\n" % number)
time.sleep(0.3)
"""


def test_only_the_first_lines_come_through() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert said[:LINES] == [f"line {number}" for number in range(LINES)]
    assert said[LINES:] == ["(more such lines are left out)"]
