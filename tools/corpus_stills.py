"""Stills of random clips of a corpus, person above robot: `python tools/corpus_stills.py CORPUS MOCAP OUT.jpg [SEED]`.

MOCAP is the folder that the corpus was built from. Twelve clips that were kept, generated gestures left out, are drawn
at random; every picture shows the same instant of the person's clip and of the corpus.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import cv2
import numpy as np

from genmimic.dataset import trim
from genmimic.dataset.reading import read_clips
from genmimic.dataset.showing import stills
from genmimic.dataset.sources import find_files, inspect, labels_of
from genmimic.motion.corpus import Corpus, load_corpus
from genmimic.motion.human_motion import HumanMotion

CLIPS, COLUMNS, MOMENTS, SIZE = 12, 3, 3, (150, 200)


def person_of(name: str, mocap: Path) -> tuple[HumanMotion, float]:
    """The person of a clip of the corpus, and the time in seconds at which the clip begins in theirs."""
    files = find_files([mocap])
    label, clip = name.split("/", 1)
    path = list(files)[labels_of(list(files)).index(label)]
    plain, _, part = clip.partition("#")
    ((_, human),) = read_clips(inspect(path, label), [plain])
    assert isinstance(human, HumanMotion), human
    frames = trim.active_frames(human.forward_kinematics()[0], human.fps)
    piece = trim.parts(frames, human.fps)[int(part or 1) - 1]
    return human, piece.start / human.fps


def cell(corpus: Corpus, index: int, mocap: Path) -> np.ndarray:
    """One clip: its name above, its moments side by side."""
    human, start = person_of(corpus.names[index], mocap)
    picture = stills(corpus.clip(index), human, start, MOMENTS, SIZE)
    title = np.full((24, picture.shape[1], 3), 255, np.uint8)
    text = re.sub(r"^.*/", "", corpus.names[index])[:44] + f" ({corpus.contents[index]})"
    cv2.putText(title, text, (4, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (0, 0, 0), 1, cv2.LINE_AA)
    return cv2.copyMakeBorder(np.concatenate([title, picture]), 0, 8, 0, 8, cv2.BORDER_CONSTANT, value=(255,) * 3)


def main() -> None:
    """Draw the clips and write the picture."""
    corpus, mocap, out = load_corpus(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    kept = [i for i in np.flatnonzero(corpus.kept) if corpus.sources[i] != "gestures"]
    chosen = np.random.default_rng(seed).choice(kept, CLIPS, replace=False)
    cells = [cell(corpus, int(i), mocap) for i in sorted(chosen)]
    rows = [np.concatenate(cells[i : i + COLUMNS], axis=1) for i in range(0, CLIPS, COLUMNS)]
    cv2.imwrite(str(out), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
