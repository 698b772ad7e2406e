"""Cut the README's stills out of finished runs: `python tools/readme_stills.py OUT_FOLDER`.

OUT_FOLDER is what `genmimic run ../shared/videos --out OUT_FOLDER` wrote. The clips are from the paper's project page
(CC BY-SA 4.0), and so are the stills.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import cv2
import numpy as np

STILLS: tuple[tuple[str, float], ...] = (
    ("Raise_arms_and_grab_something_from_side_G", 2.2),
    ("turn_around_point_forward_and_fold_arms_G", 1.15),
    ("genmimicbench_sample1_A", 1.9),
    ("genmimicbench_sample3_A", 1.7),
    ("genmimicbench_sample1_B", 2.6),
    ("genmimicbench_sample4_A", 2.9),
)
"""Clip and time in seconds of each still."""
WIDTH = 720


def still(video: Path, time_s: float) -> np.ndarray:
    """The first frame at or after `time_s` seconds, (H, W, 3), BGR."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= time_s:
                return frame.to_ndarray(format="bgr24")
    raise SystemExit(f"{video} ends before {time_s} s.")


def main() -> None:
    """Write docs/images/stills.jpg: two columns of three."""
    out = Path(sys.argv[1])
    pictures = [still(out / name / "video.mp4", time_s) for name, time_s in STILLS]
    small = [cv2.resize(p, (WIDTH, p.shape[0] * WIDTH // p.shape[1]), interpolation=cv2.INTER_AREA) for p in pictures]
    height = max(p.shape[0] for p in small)
    cells = [
        cv2.copyMakeBorder(p, 0, height - p.shape[0] + 6, 0, 6, cv2.BORDER_CONSTANT, value=(255,) * 3) for p in small
    ]
    rows = [np.hstack(cells[i : i + 2]) for i in range(0, len(cells), 2)]
    target = Path(__file__).parent.parent / "docs" / "images" / "stills.jpg"
    cv2.imwrite(str(target), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 88])
    print(target)


if __name__ == "__main__":
    main()
