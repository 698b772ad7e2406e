"""Train the paper's ablations (tables 3, 4) and the baselines' teachers at an equal budget.

    python tools/ablation_grid.py --corpus corpora/permissive_v1.npz --out /tmp/grid --samples 100000000
    python tools/ablation_grid.py ... --only dofs 3dp 3dp-weights --minutes 9 --gpus 8

Each variant is one `genmimic train` in OUT/NAME, with its log in OUT/NAME/train.log. Called again, the tool goes on
where it was: finished variants are left alone, unfinished ones are resumed. `--within M` ends everything before M
minutes have passed. With `--pack DIR` policies, curves and as many compact checkpoints as there is room for are laid
out there in a few archives, to be fetched from a machine that hands back few files. What follows `--` goes to every
`genmimic train`. tools/ablation_grid.sh sets up a lent GPU machine first.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PAPER, OURS = "paper", "ours"
VARIANTS: dict[str, tuple[str, str, str, float]] = {
    # goal and weights on top of the base task, or a task of its own; symmetry loss
    "dofs": ("", "dofs", "uniform", 0.0),
    "3dp": ("", "keypoints", "uniform", 0.0),
    "dofs-weights": ("", "dofs", "table", 0.0),
    "3dp-weights": ("", "keypoints", "table", 0.0),
    "self-supervised": ("", "keypoints", "self-supervised", 0.0),
    "dofs-weights-symmetry": ("", "dofs", "table", 1.0),
    "3dp-weights-symmetry": ("", "keypoints", "table", 1.0),
    "beyondmimic": ("beyondmimic", "", "", 0.0),
    "twist": ("twist", "", "", 0.0),
}
"""Rows of tables 1, 3 and 4 that are trained here, by the names under which `genmimic evaluate` knows them."""
FINISHED, LOG = "finished.json", "train.log"
FILE_LIMIT, TOTAL_LIMIT, FILES = 15_500_000, 62_000_000, 8
GRACE = 45.0
"""Seconds before `--within` ends by which training must have written its files."""


@dataclass
class Row:
    """How a variant stands."""

    variant: str
    options: list[str]
    samples: int = 0
    seconds: float = 0.0
    finished: bool = False


def options_of(name: str, base: str) -> list[str]:
    """What makes a variant, for `genmimic train`."""
    task, goal, weights, symmetry = VARIANTS[name]
    chosen = ["--task", task or base]
    chosen += ["--goal", goal] if goal else []
    chosen += ["--weights", weights] if weights else []
    return [*chosen, "--symmetry", f"{symmetry:g}"]


def command(run: Path, row: Row, settings: argparse.Namespace, minutes: float | None) -> list[str]:
    """The leg that a variant needs next."""
    words = [sys.executable, "-m", "genmimic", "train", "--corpus", str(settings.corpus), "--out", str(run), "--quiet"]
    if settings.samples is not None:
        words += ["--samples", str(settings.samples)]
    if minutes is not None:
        words += ["--minutes", f"{minutes:.3f}"]
    if (run / "checkpoint.pt").is_file():
        return [*words, "--resume", str(run), *_not_architecture(settings.train)]
    return [*words, "--preset", settings.preset, *row.options, *settings.train]


def _not_architecture(train: Sequence[str]) -> list[str]:
    """Options that a resumed run takes, too: all but the network's widths, which it keeps."""
    kept, skipping = [], False
    for word in train:
        skipping = word == "--hidden" or (skipping and not word.startswith("--"))
        kept += [] if skipping else [word]
    return kept


def progress_of(run: Path) -> tuple[int, float]:
    """Samples and seconds of training that the curves tell of."""
    curves = run / "curves.jsonl"
    lines = curves.read_text(encoding="utf-8").splitlines() if curves.is_file() else []
    last = json.loads(lines[-1]) if lines else {"samples": 0, "seconds": 0.0}
    return int(last["samples"]), float(last["seconds"])


def visible_gpus(count: int) -> list[str]:
    """The first so many of the GPUs that this process may use."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    return (named.split(",") if named else [str(index) for index in range(count)])[:count]


def train(name: str, gpu: str | None, settings: argparse.Namespace, deadline: float | None) -> Row:
    """One leg of a variant on one GPU, or on the CPU."""
    run = settings.out / name
    run.mkdir(parents=True, exist_ok=True)
    row = Row(name, options_of(name, settings.base))
    if (run / FINISHED).is_file():
        return Row(**json.loads((run / FINISHED).read_text(encoding="utf-8")))
    row.samples, row.seconds = progress_of(run)
    left = None if deadline is None else (deadline - time.monotonic() - GRACE) / 60.0
    minutes = min((m for m in (settings.minutes, left) if m is not None), default=None)
    if not _STOP.is_set() and (minutes is None or minutes > 0.2):
        env = os.environ | ({} if gpu is None else {"CUDA_VISIBLE_DEVICES": gpu})
        with (run / LOG).open("a", encoding="utf-8") as log:
            words = command(run, row, settings, minutes)
            print(" ".join(words), file=log, flush=True)
            _print(f"{name}: on {'the CPU' if gpu is None else f'GPU {gpu}'}")
            process = subprocess.Popen(words, env=env, stdout=log, stderr=subprocess.STDOUT)
            _RUNNING.add(process)
            status = process.wait()
            _RUNNING.discard(process)
        # a budget of time is spent by one leg of full length; one of samples when they have been seen
        whole = settings.minutes is not None and (left is None or settings.minutes <= left)
        row.samples, row.seconds = progress_of(run)
        enough = settings.samples is not None and row.samples >= settings.samples
        row.finished = status == 0 and (enough or (settings.samples is None and whole))
        _print(f"{name}: {row.samples / 1e6:.1f} M samples, exit {status}{', finished' if row.finished else ''}")
    if row.finished:
        (run / FINISHED).write_text(json.dumps(asdict(row)), encoding="utf-8")
    return row


def run_all(settings: argparse.Namespace) -> list[Row]:
    """All variants, each on the next GPU that is free."""
    began, rows, waiting = time.monotonic(), [], queue.SimpleQueue()
    deadline = None if settings.within is None else began + 60.0 * settings.within
    for name in settings.only:
        waiting.put(name)

    def work(gpu: str | None) -> None:
        while True:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            rows.append(train(name, gpu, settings, deadline))

    places = [gpu for _ in range(settings.per_gpu) for gpu in visible_gpus(settings.gpus)] or [None]
    workers = [threading.Thread(target=work, args=(place,)) for place in places]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(rows, key=lambda row: settings.only.index(row.variant))


def pack(out: Path, names: Sequence[str], folder: Path) -> list[str]:
    """Lay results out in `folder` as a few archives below the limits; what there was no room for is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    small = [out / name / file for name in names for file in ("curves.jsonl", "config.json", LOG, FINISHED)]
    with tarfile.open(folder / "curves.tar.gz", "w:gz") as archive:
        for path in filter(Path.is_file, [*small, out / "grid.json"]):
            archive.add(path, path.relative_to(out))
    room, bins, left = TOTAL_LIMIT - (folder / "curves.tar.gz").stat().st_size, [], []
    for file in ("policy.onnx", "compact.pt"):  # policies first: they are what is evaluated
        for path in filter(Path.is_file, (out / name / file for name in names)):
            size = path.stat().st_size + 1024
            fitting = next((b for b in bins if sum(s for _, s in b) + size <= FILE_LIMIT), None)
            if size > min(room, FILE_LIMIT) or (fitting is None and len(bins) == FILES - 1):
                left.append(str(path.relative_to(out)))
                continue
            if fitting is None:
                bins.append(fitting := [])
            fitting.append((path, size))
            room -= size
    for number, chosen in enumerate(bins):
        with tarfile.open(folder / f"networks_{number}.tar", "w") as archive:
            for path, _ in chosen:
                archive.add(path, path.relative_to(out))
    return left


def main(words: Sequence[str] | None = None) -> int:
    """Train the grid."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", default=PAPER, choices=[PAPER, OURS], help="task that goals and weights vary")
    parser.add_argument("--preset", default="fast", choices=["fast", "paper"])
    parser.add_argument("--only", nargs="+", default=list(VARIANTS), choices=list(VARIANTS), metavar="NAME")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--samples", type=int, help="budget of each variant, over all calls")
    budget.add_argument("--minutes", type=float, help="budget of each variant, in one leg, compilation included")
    parser.add_argument("--within", type=float, help="end before so many minutes have passed")
    parser.add_argument("--gpus", type=int, default=0, help="0: one variant at a time on the CPU")
    parser.add_argument("--per-gpu", type=int, default=1, help="variants that share a GPU")
    parser.add_argument("--pack", type=Path, help="lay the results out here")
    given = list(sys.argv[1:] if words is None else words)
    at = given.index("--") if "--" in given else len(given)
    settings = parser.parse_args(given[:at])
    settings.train = given[at + 1 :]
    signal.signal(signal.SIGINT, lambda *_: _STOP.set())  # the variants get the terminal's Ctrl-C themselves
    signal.signal(signal.SIGTERM, lambda *_: _stop_all())
    rows = run_all(settings)
    (settings.out / "grid.json").write_text(
        json.dumps({"base": settings.base, "preset": settings.preset, "rows": [asdict(row) for row in rows]}, indent=1),
        encoding="utf-8",
    )
    if settings.pack is not None:
        for path in pack(settings.out, settings.only, settings.pack):
            _print(f"no room for {path}")
    return 0 if all(row.finished for row in rows) else 1


def _print(text: str) -> None:
    print(text, flush=True)


def _stop_all() -> None:
    _STOP.set()
    for process in list(_RUNNING):
        process.send_signal(signal.SIGINT)


_RUNNING: set[subprocess.Popen[bytes]] = set()
_STOP = threading.Event()

if __name__ == "__main__":
    sys.exit(main())
