"""`genmimic export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from genmimic.commands import console
from genmimic.commands.training import import_training
from genmimic.errors import InputError


def export(
    checkpoint: Annotated[Path, Positional, arg(metavar="PT", help="A checkpoint, or the folder of a run.")],
    /,
    *,
    out: Annotated[Path, arg(metavar="DIR", help="Where to write.")] = Path("."),
    name: Annotated[str, arg(metavar="NAME", help="What the policy calls itself.")] = "teacher",
    limit: Annotated[float, arg(metavar="MIB", help="Largest size of compact.pt.")] = 16.0,
) -> int:
    """From a checkpoint the policy to run, policy.onnx, and a small checkpoint to go on from, compact.pt.

    for example:
      genmimic export runs/teacher --out release --name teacher
    """
    if limit <= 0:
        raise InputError(f"--limit is {limit}, expected more than 0.")
    session = import_training()
    from genmimic.learning.checkpoint import MIB, find_checkpoint

    for path in session.export(find_checkpoint(checkpoint), out, name, round(limit * MIB)):
        console.note(f"wrote {path}.")
    return 0
