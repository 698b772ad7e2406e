"""Which dependency has a wheel where: asks pip's resolver for each platform and Python, writes docs/platforms.md.

    python tools/wheel_matrix.py

Nothing is installed. pip reads each dependency on its own (`--no-deps`) and then the whole set with all that it
pulls in, for binary wheels only.
"""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = ("2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34")
PLATFORMS = {
    "Linux x86-64": (*(f"manylinux_{g}_x86_64" for g in GLIBC), "manylinux2014_x86_64"),
    "Linux aarch64": (*(f"manylinux_{g}_aarch64" for g in GLIBC), "manylinux2014_aarch64"),
    "macOS arm64": tuple(f"macosx_{v}_0_arm64" for v in (11, 12, 13, 14)),
    "Windows x86-64": ("win_amd64",),
}
"""Platform tags per column: glibc up to 2.34 (Debian 12, Ubuntu 22.04, RHEL 9) and macOS up to 14."""


def resolve(requirements: list[str], platform: str, python: str, *, deps: bool) -> list[dict] | None:
    """Return pip's list of packages for `requirements` on a platform, or None when it finds no set of wheels."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--only-binary=:all:", "--python-version", python, "--target", folder, "--report", str(report)]
        command += [f"--platform={tag}" for tag in PLATFORMS[platform]]
        command += [] if deps else ["--no-deps"]
        done = subprocess.run([*command, *requirements], capture_output=True, text=True)
        if done.returncode:
            return None
        return json.loads(report.read_text())["install"]


def describe(found: dict[str, list[dict] | None], *, deps: bool) -> str:
    """One cell: which Pythons, and for a single package which version."""
    pythons = [python for python, packages in found.items() if packages]
    if not pythons:
        return "none"
    versions = {packages[0]["metadata"]["version"] for packages in found.values() if packages}
    which = "3.11 to 3.13" if len(pythons) == len(PYTHONS) else ", ".join(pythons)
    return which if deps else f"{which} ({', '.join(sorted(versions))})"


def main() -> None:
    """Write docs/platforms.md."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    core = project["dependencies"]
    extras = {name: project["optional-dependencies"][name] for name in ("view", "deploy")}
    lines = [
        "# Platforms",
        "",
        f"Written by `python tools/wheel_matrix.py` on {datetime.date.today().isoformat()}. pip's resolver looked for",
        "wheels (`pip install --dry-run --only-binary=:all: --platform ... --python-version ...`); nothing was",
        "installed. A cell lists the Python versions for which it finds a wheel, and the wheel's version.",
        "",
        "| package | " + " | ".join(PLATFORMS) + " |",
        "|---|" + "---|" * len(PLATFORMS),
    ]
    rows = [(requirement, [requirement], False) for requirement in core]
    rows += [(f"{r} (`[{extra}]`)", [r], False) for extra, rs in extras.items() for r in rs]
    rows += [("**the whole core, with all it pulls in**", core, True)]
    for label, requirements, deps in rows:
        cells = []
        for platform in PLATFORMS:
            found = {python: resolve(requirements, platform, python, deps=deps) for python in PYTHONS}
            cells.append(describe(found, deps=deps))
        lines.append(f"| {re.sub(r'([<>=~].*?)(?= |$)', r'', label, count=1)} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    target = ROOT / "docs" / "platforms.md"
    kept = target.read_text().partition("\n## ") if target.exists() else ("", "", "")
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(lines) + "\n" + kept[1] + kept[2])


if __name__ == "__main__":
    main()
