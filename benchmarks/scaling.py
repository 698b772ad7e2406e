"""Training on 1, 2, 4, ... GPUs of one machine: samples a second, and whether the processes agree.

    python benchmarks/scaling.py --resume checkpoints/teacher.pt                      # 1, 2, 4, ... of the GPUs
    python benchmarks/scaling.py --resume checkpoints/teacher.pt --ranks 1 2 --out scaling
    python benchmarks/scaling.py --device cpu --ranks 1 2 --envs 4 --iterations 6 --settle 2               # to debug

Each number of GPUs trains by `genmimic train` for some iterations, one number after the other, with as many
environments on each GPU, without validation and into a folder that is thrown away; from nothing (preset fast, task
ours) or from a checkpoint. Options that are not listed below go to `genmimic train`.

Prints a Markdown table and writes to the folder `--out` (default: $OUT or the present one) `scaling.json`, and each
run's curves and log. A call with the same settings goes on from the `scaling.json` that it finds there: numbers of GPUs
that are not asked for again keep their figures.

Samples a second are those of the curves: an iteration's samples over the seconds of collecting and learning, medians
over the iterations after the first `--settle`, which compile. Collecting ends, and each gradient step begins, when the
slowest process has come so far; the first process' clock thus counts for all. Efficiency is samples a second and GPU
over the same with the fewest GPUs. 'apart' is the greatest difference between processes at the end in networks,
normalisers, learning rate and KL divergence (`genmimic.learning.agreement`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import torch
from scaling_table import Speed, efficiency, speed, table
from torch.cuda import nccl

from genmimic.learning.progress import CURVES, read_curves

ROOT = Path(__file__).resolve().parents[1]
RESULTS, LOG = "scaling.json", "log.txt"
ENDLESS = 10**15
"""Samples after which a run ends: none of these shall."""
GRACE = 45.0
"""Seconds that a run which takes too long has to end; torchrun gives its processes 30."""
TOO_LONG = 124


def command(ranks: int, out: Path, options: argparse.Namespace, others: Sequence[str]) -> list[str]:
    """The command that trains on a number of GPUs."""
    launcher = ["-m"]
    if ranks > 1:
        launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks), "-m"]
    words = [sys.executable, *launcher, "genmimic", "train", "--corpus", options.corpus, "--out", out]
    words += ["--config", out / "every.json", "--iterations", options.iterations]
    words += ["--samples", ENDLESS, "--validate-every", 0, *others]
    for name in ("resume", "envs", "device"):
        if getattr(options, name) is not None:
            words += [f"--{name}", getattr(options, name)]
    return [str(word) for word in words]


def environment(ranks: int) -> dict[str, str]:
    """Variables of the processes: those of torchrun for one, too, and no more compilers than there are cores."""
    compilers = max(1, (os.cpu_count() or 1) // ranks)
    return {"OMP_NUM_THREADS": "1", "TORCHINDUCTOR_COMPILE_THREADS": str(compilers), **os.environ}


def run(words: Sequence[str], ranks: int, log: Path, seconds: float) -> int:
    """Do a command and write to a file what it says; its exit code, or `TOO_LONG` if it took too long."""
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(words, stdout=file, stderr=file, env=environment(ranks), cwd=ROOT) as process,
    ):
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return TOO_LONG
        finally:
            process.terminate()  # torchrun ends the processes that it started
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()


def measure(ranks: int, options: argparse.Namespace, others: Sequence[str]) -> Speed | None:
    """Train on a number of GPUs; None if that failed."""
    log = options.out / f"ranks{ranks}_{LOG}"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        # presets read statistics, and so tell, every few iterations only
        (out / "every.json").write_text(json.dumps({"train": {"log_interval": 1}}), encoding="utf-8")
        began = time.perf_counter()
        status = run(command(ranks, out, options, others), ranks, log, options.limit)
        seconds = time.perf_counter() - began
        if (out / CURVES).is_file():
            shutil.copy(out / CURVES, options.out / f"ranks{ranks}_{CURVES}")
        if status != 0:
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            print(f"{ranks} processes: exit code {status} after {seconds:.0f} s; {log} ends:\n{tail}", flush=True)
            return None
        envs = json.loads((out / "config.json").read_text(encoding="utf-8"))["train"]["envs"]
        return speed(read_curves(out / CURVES), ranks, envs, options.settle, seconds)


def machine(device: str | None) -> dict[str, str]:
    """What it was measured on."""
    if device == "cpu" or not torch.cuda.is_available():
        return {"device": f"CPU, {os.cpu_count()} cores", "torch": torch.__version__, "backend": "gloo"}
    version = ".".join(str(part) for part in nccl.version())
    return {"device": torch.cuda.get_device_name(), "torch": torch.__version__, "backend": f"NCCL {version}"}


def known(path: Path, about: Mapping[str, Any]) -> dict[int, Speed]:
    """Runs of an earlier call on the same machine with the same settings, by number of GPUs."""
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if any(content.get(name) != value for name, value in about.items()):
        return {}
    runs = [Speed(**{field.name: entry[field.name] for field in fields(Speed)}) for entry in content["runs"]]
    return {run.ranks: run for run in runs}


def powers_of_two(greatest: int) -> list[int]:
    """1, 2, 4, ... up to a number."""
    return [2**power for power in range(greatest.bit_length())]


def main() -> int:
    """Measure, print and write; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--ranks", type=int, nargs="+", help="numbers of GPUs; default: 1, 2, 4, ... of this machine's")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpora" / "permissive_v1.npz")
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from; default: from nothing")
    parser.add_argument("--envs", type=int, help="environments on each GPU; default: the preset's or the checkpoint's")
    parser.add_argument("--device", help="cpu, or a GPU where there is one")
    parser.add_argument("--iterations", type=int, default=50, help="of each run")
    parser.add_argument("--settle", type=int, default=10, help="iterations at the start that are not measured")
    parser.add_argument("--limit", type=float, default=360.0, help="seconds after which a run is given up")
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("OUT", ".")))
    options, others = parser.parse_known_args()
    if options.settle >= options.iterations:
        parser.error(f"--settle {options.settle} leaves none of {options.iterations} iterations")
    options.corpus, options.resume = options.corpus.resolve(), options.resume and options.resume.resolve()
    counts = options.ranks or powers_of_two(2 if options.device == "cpu" else max(1, torch.cuda.device_count()))
    options.out.mkdir(parents=True, exist_ok=True)
    settings = {
        **{name: getattr(options, name) for name in ("envs", "device", "iterations", "settle")},
        **{"corpus": options.corpus.name, "resume": options.resume and options.resume.name, "others": others},
    }
    about = {"machine": machine(options.device), "settings": settings}
    runs, failed = known(options.out / RESULTS, about), 0
    for count in counts:
        made = measure(count, options, others)
        if made is None:
            failed += 1
            continue
        runs[count] = made
        print(f"{count} processes: {made.samples_per_second:,.0f} samples/s, {made.wall_seconds:.0f} s", flush=True)
        entries = [{**asdict(run), "efficiency": efficiency(run, list(runs.values()))} for run in runs.values()]
        (options.out / RESULTS).write_text(json.dumps({**about, "runs": entries}, indent=1), encoding="utf-8")
    if runs:
        print(table(list(runs.values())))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
