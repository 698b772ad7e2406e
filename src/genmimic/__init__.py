"""GenMimic: a generated video of a person in, a physically plausible Unitree G1 trajectory out.

import genmimic

result = genmimic.run("examples/wave.mp4")
print(result.verdict.sentence)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genmimic.pipeline.result import Result
    from genmimic.pipeline.run import run

__version__ = "0.1.0"
__all__ = ["Result", "__version__", "run"]


def __getattr__(name: str) -> Any:
    """Import `run` and `Result` on first use, so that `import genmimic.rotation` loads nothing else."""
    if name == "run":
        from genmimic.pipeline.run import run

        return run
    if name == "Result":
        from genmimic.pipeline.result import Result

        return Result
    raise AttributeError(f"module 'genmimic' has no attribute '{name}'")
