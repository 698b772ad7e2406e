"""One table of several evaluations: python tools/condition_table.py out/clean out/noise-1.0 ... > table.md.

Each folder is one of `genmimic evaluate`; a row is one policy in it, named after the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

COLUMNS = {
    "success_paper": ("SR", 100.0),
    "success": ("SR ours", 100.0),
    "mpkpe_cm": ("MPKPE", 1.0),
    "lmpkpe_cm": ("LMPKPE", 1.0),
    "mpkpe_nt_cm": ("MPKPE-NT", 1.0),
    "lmpkpe_nt_cm": ("LMPKPE-NT", 1.0),
}


def rows(folder: Path) -> list[str]:
    """A Markdown row per policy: mean over groups, mean and standard deviation over motions."""
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    made = []
    for policy in content["policies"]:
        macro = [f"{factor * policy['macro'][name]:.1f}" for name, (_, factor) in COLUMNS.items()]
        successes = [100.0 * motion["figures"]["success_paper"] for motion in policy["motions"]]
        mean = sum(successes) / len(successes)
        spread = (sum((s - mean) ** 2 for s in successes) / len(successes)) ** 0.5
        count = f"{len(successes)} x {policy['rollouts'] // len(successes)}"
        cells = [folder.name, policy["name"], content["backend"], count, *macro, f"{mean:.1f} ± {spread:.1f}"]
        made.append("| " + " | ".join(cells) + " |")
    return made


def main() -> None:
    """Print the table."""
    names = [name for name, _ in COLUMNS.values()]
    header = ["condition", "policy", "backend", "motions x rollouts", *names, "SR over motions"]
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for folder in map(Path, sys.argv[1:]):
        print("\n".join(rows(folder)))


if __name__ == "__main__":
    main()
