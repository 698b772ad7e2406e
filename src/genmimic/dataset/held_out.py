"""The committed list of test clips of the permissive tier: what no released policy was trained on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from genmimic.dataset.splits import checksum
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus
from genmimic.motion.files import atomic_path

LIST = Path(str(resources.files("genmimic.dataset"))) / "assets" / "test_split.txt"
_HEAD = """\
# Test clips of GenMimic's permissive corpus, committed before any training. Policies are never trained on them.
# A clip is here because of a hash of its collection, subject and motif (genmimic.dataset.splits), with its siblings.
# sha256 {digest}
"""


def held_out_names(corpus: Corpus) -> list[str]:
    """Names of the clips that are tested, of long ones without their parts, generated gestures left out, sorted."""
    tested = np.array([split == "test" for split in corpus.splits], dtype=bool) & (corpus.lengths > 0)
    names = {
        re.sub(r"#\d+$", "", name)
        for name, test, source in zip(corpus.names, tested, corpus.sources, strict=True)
        if test and source != "gestures"
    }
    return sorted(names)


def write_held_out(corpus: Corpus, path: Path = LIST) -> None:
    """Write the list of a corpus, with its checksum."""
    names = held_out_names(corpus)
    with atomic_path(path) as temporary:
        temporary.write_text(_HEAD.format(digest=checksum(names)) + "\n".join(names) + "\n", encoding="utf-8")


def read_held_out(path: Path = LIST) -> list[str]:
    """The names of a list.

    Raises:
        InputError: The names do not have the checksum that the list states: it was edited.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    stated = re.search(r"^# sha256 (\w+)$", "\n".join(lines), re.MULTILINE)
    if stated is None or stated.group(1) != checksum(names):
        raise InputError(f"{path}: its names do not have the checksum that it states; restore the file.")
    return names


def trained_on(corpus: Corpus, names: Sequence[str]) -> list[str]:
    """Clips of a corpus that are in a list of test clips, or parts of one, and yet on the side of training."""
    tested = set(names)
    sides = zip(corpus.names, corpus.splits, strict=True)
    return [name for name, split in sides if split == "train" and re.sub(r"#\d+$", "", name) in tested]
