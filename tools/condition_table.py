"""One table of several evaluations: python tools/condition_table.py out/clean out/noise-1.0 ... > table.md.

Each folder is one of `genmimic evaluate`; a row is one policy in it, named after the folder. Figures are means over
groups; the last column is the mean over motions with their standard deviation.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from genmimic.evaluation.columns import BY_NAME, HEADLINE

SHOWN = tuple(name for name in HEADLINE if name != "visual_success")
SUCCESS = SHOWN[0]


def rows(folder: Path) -> list[str]:
    """A Markdown row per policy."""
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    made = []
    for policy in content["policies"]:
        macro = [f"{BY_NAME[name].factor * policy['macro'][name]:.1f}" for name in SHOWN]
        mean, spread = (BY_NAME[SUCCESS].text(policy["all"][SUCCESS][key]) for key in ("mean", "sd_motions"))
        motions = len(policy["motions"])
        count = f"{motions} x {policy['rollouts'] // motions}"
        cells = [folder.name, policy["name"], content["backend"], count, *macro, f"{mean} ± {spread}"]
        made.append("| " + " | ".join(cells) + " |")
    return made


def main() -> None:
    """Print the table."""
    labels = [BY_NAME[name].label for name in SHOWN]
    header = ["condition", "policy", "backend", "motions x rollouts", *labels, "SR over motions"]
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for folder in map(Path, sys.argv[1:]):
        print("\n".join(rows(folder)))


if __name__ == "__main__":
    main()
