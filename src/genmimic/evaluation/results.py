"""results.json: everything that an evaluation found out, for programs, pages and tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from genmimic import __version__
from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.tasks import Plan
from genmimic.motion.files import atomic_path

KIND, VERSION = "genmimic evaluation", 1
FILE_NAME = "results.json"


def document(plan: Plan, policies: Sequence[Mapping[str, Any]], **facts: Any) -> dict[str, Any]:
    """The content of results.json.

    Args:
        plan: What was tried.
        policies: 'name', 'file', 'sha256' and more of each, with its `summary.summarize`.
        facts: More about the run: 'backend', 'device', 'seconds'.
    """
    flagged = [motion.name for motion in plan.motions.motions if motion.near_paper_fall]
    return {
        "kind": KIND,
        "version": VERSION,
        "genmimic": __version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
        "settings": {**plan.config.to_plain(), "rollouts": plan.rollouts, "seeds": list(plan.seeds)},
        "set": {
            "name": plan.motions.name,
            "kind": plan.motions.kind,
            "motions": len(plan.motions.motions),
            "digest": plan.motions.digest,
            "near_paper_fall": flagged,
        },
        "policies": list(policies),
    }


def save_results(content: Mapping[str, Any], path: Path) -> None:
    """Write results.json.

    Raises:
        InputError: The path cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def load_results(path: Path) -> dict[str, Any]:
    """Read results.json, or that of a folder.

    Raises:
        InputError: There is none, or it is something else.
    """
    path = path / FILE_NAME if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as results ({error}); name a file of genmimic evaluate.") from error
    stated = (content.get("kind"), content.get("version")) if isinstance(content, dict) else None
    if stated != (KIND, VERSION):
        raise InputError(f"{path}: is not a results.json of this version; evaluate again with genmimic evaluate.")
    return content


def save_csv(content: Mapping[str, Any], path: Path) -> None:
    """Write one row per policy and motion, figures in the units of their names; truth values as shares.

    Raises:
        InputError: The path cannot be written.
    """
    tags = sorted({tag for policy in content["policies"] for motion in policy["motions"] for tag in motion["tags"]})
    with atomic_path(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["policy", "motion", *tags, "near_paper_fall", "rollouts", "fell", "lost", *FIGURES])
        for policy in content["policies"]:
            for motion in policy["motions"]:
                about = [motion["tags"].get(tag, "") for tag in tags]
                sizes = [motion[name] for name in ("near_paper_fall", "rollouts", "fell", "lost")]
                writer.writerow([policy["name"], motion["name"], *about, *sizes, *map(motion["figures"].get, FIGURES)])
