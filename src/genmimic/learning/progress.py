"""Where a training run tells how it goes: a line for people, curves for later, TensorBoard, Weights & Biases."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from genmimic.errors import InputError
from genmimic.motion.files import atomic_path

CURVES = "curves.jsonl"
SUCCESS = {"SR": "SR", "noisy_SR": "with video noise"}
"""Success rates of `learning.validation` that the progress line shows."""
LOSSES = {"kl": "kl", "imitation": "loss"}
"""What it shows of PPO, and of a student."""
Row = Mapping[str, float]
"""One point of all curves; always with 'iteration', 'samples' and 'seconds'."""


class Sink(Protocol):
    """Takes points of the curves."""

    def write(self, row: Row) -> None:
        """Take one point."""
        ...

    def close(self) -> None:
        """Finish."""
        ...


class CurveFile:
    """One JSON object per line in `curves.jsonl`."""

    def __init__(self, folder: Path, iteration: int = 0) -> None:
        """Open the file for appending; points after `iteration`, of a run that was cut off, are dropped."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / CURVES
        if path.exists():
            kept = [row for row in read_curves(path) if row["iteration"] <= iteration]
            with atomic_path(path) as temporary:
                temporary.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        self._file = path.open("a", encoding="utf-8")

    def write(self, row: Row) -> None:
        """Append one line; what is not finite becomes null."""
        finite = {name: value if math.isfinite(value) else None for name, value in row.items()}
        self._file.write(json.dumps(finite) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class TensorBoard:
    """Event files for `tensorboard --logdir`; the horizontal axis counts samples."""

    def __init__(self, folder: Path) -> None:
        """Begin an event file.

        Raises:
            InputError: TensorBoard is not installed.
        """
        try:
            from torch.utils.tensorboard.writer import SummaryWriter
        except ImportError as error:
            raise InputError("tensorboard is not installed; pip install 'genmimic[train]'.") from error
        self._writer = SummaryWriter(str(folder / "tensorboard"))

    def write(self, row: Row) -> None:
        """Add one point to every curve."""
        for name, value in row.items():
            if name not in ("iteration", "samples"):
                self._writer.add_scalar(name, value, int(row["samples"]))

    def close(self) -> None:
        """Flush and close."""
        self._writer.close()


class WeightsAndBiases:
    """A run on wandb.ai or, with WANDB_MODE=offline, on disk."""

    def __init__(self, project: str, folder: Path, settings: Mapping[str, Any]) -> None:
        """Begin a run.

        Raises:
            InputError: wandb is not installed.
        """
        try:
            import wandb  # pyright: ignore[reportMissingImports]
        except ImportError as error:
            raise InputError("wandb is not installed; pip install wandb, or leave out --wandb.") from error
        self._run = wandb.init(project=project, name=folder.name, dir=str(folder), config=dict(settings))

    def write(self, row: Row) -> None:
        """Log one point."""
        self._run.log(dict(row), step=int(row["iteration"]))

    def close(self) -> None:
        """End the run."""
        self._run.finish()


class ProgressLine:
    """One line on standard error: redrawn on a terminal, printed anew elsewhere."""

    def __init__(self, total_samples: int) -> None:
        """Start; `total_samples` gives the share done."""
        self._total, self._redraw, self._success = total_samples, sys.stderr.isatty(), ""

    def write(self, row: Row) -> None:
        """Show one point."""
        line = describe(row, self._total)
        end = "" if self._redraw else "\n"
        start = "\r\x1b[K" if self._redraw else ""
        print(f"{start}{line}", end=end, file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the last line where it is."""
        if self._redraw:
            print(file=sys.stderr)


def describe(row: Row, total_samples: int) -> str:
    """The progress line: iteration, samples, speed, reward, episode length, validation, time left."""
    parts = [
        f"iteration {row['iteration']:.0f}",
        f"{row['samples'] / 1e6:.1f} of {total_samples / 1e6:.0f} M samples ({row['samples'] / total_samples:.0%})",
        f"{row['samples_per_second'] / 1e3:.3g} k/s",
        f"reward {row['reward']:.3f}",
    ]
    if "episode_length" in row:
        parts.append(f"length {row['episode_length']:.0f}")
    parts += [f"{label} {row[name]:.1%}" for name, label in SUCCESS.items() if name in row]
    parts += [f"{label} {row[name]:.4f}" for name, label in LOSSES.items() if name in row]
    parts.append(f"lr {row['learning_rate']:.1e}")
    left = (total_samples - row["samples"]) / max(row["samples_per_second"], 1e-9)
    return "  ".join([*parts, f"{clock(left)} left"])


def clock(seconds: float) -> str:
    """Hours, minutes and seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def read_curves(path: str | Path) -> list[dict[str, Any]]:
    """All points of a curve file; a last line that was cut off is left out.

    Raises:
        InputError: The file is missing or damaged elsewhere.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file of curves; check the path.")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            if number < len(lines):
                raise InputError(f"{path}: line {number} is not JSON ({error}); remove it.") from error
    return rows
