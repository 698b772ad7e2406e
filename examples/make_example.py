"""Render examples/wave.mp4: a synthetic person waves, then raises both arms.

    python examples/make_example.py [OUT.mp4]

Everything in the clip is free of rights: the body derives from MakeHuman's CC0 base mesh, the room is procedural. The
frames are the same on every run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tqdm import tqdm

from genmimic.synthetic.cameras import Shot
from genmimic.synthetic.scenes import Scene
from genmimic.synthetic.truth import stage, write_clip

SCENE = Scene("greet", "adam", Shot(view="front", distance=5.2, height=1.3), fps=30, seed=7)


def main(out: Path) -> None:
    """Render the clip."""
    take, cameras = stage(SCENE)
    with tqdm(total=len(cameras), unit="frame") as bar:

        def advance(done: int, total: int) -> None:
            bar.update(done - bar.n)

        write_clip(out, take, cameras, advance, crf=16)
    print(f"{out}: {len(cameras)} frames, {out.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("wave.mp4"))
