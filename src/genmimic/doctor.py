"""What is installed here, what is missing and how to get it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Literal

Status = Literal["ok", "missing", "broken", "optional"]

CORE: Mapping[str, str] = {
    "numpy": "numpy",
    "scipy": "scipy",
    "mujoco": "mujoco",
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "opencv-python-headless": "cv2",
    "av": "av",
    "onnxruntime": "onnxruntime",
    "tyro": "tyro",
    "tqdm": "tqdm",
    "threadpoolctl": "threadpoolctl",
}
"""Module to import for each package that `pip install genmimic` brings."""

EXTRAS: Mapping[str, Mapping[str, str]] = {
    "view": {"viser": "viser"},
    "train": {"torch": "torch", "rsl-rl-lib": "rsl_rl", "mujoco-warp": "mujoco_warp", "tensorboard": "tensorboard"},
    "deploy": {"cyclonedds": "cyclonedds"},
}
"""The same for each extra."""


ASSETS: Mapping[str, str] = {
    "human/assets/pose_detection.tflite": "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    "human/assets/pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "motion/assets/rest_joints.npz": "35a4d044bc328f44d98f3d80bf98f7926942c70211b58a5d99a7a9dfbad746a4",
    "robot/assets/g1_meshes.npz": "d5ef92e7ebc1d4d46f33918e1eb266f40849e04f1ddafbf26586cd9aa58783b9",
}
"""SHA-256 of the files that ship inside the package and that a run reads."""

_REINSTALL = "reinstall genmimic: pip install --force-reinstall --no-deps genmimic"


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        group: Heading it belongs to.
        name: What was looked at.
        status: `ok`, `missing` or `broken` (needed), or `optional` (absent and not needed to run).
        detail: Version, path or reason.
        remedy: How to mend it; empty when nothing is to be done.
    """

    group: str
    name: str
    status: Status
    detail: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at everything; takes some seconds, because each library is imported for real in a process of its own."""
    return [*_machine(), *_packages(), *_assets(), *_policies(), *_graphics()]


def to_json(findings: list[Finding]) -> dict[str, Any]:
    """The findings as JSON values, with `ok` true when nothing that is needed is missing or broken."""
    healthy = all(finding.status in ("ok", "optional") for finding in findings)
    return {"ok": healthy, "findings": [asdict(finding) for finding in findings]}


def _machine() -> list[Finding]:
    from genmimic import __version__

    free = shutil.disk_usage(Path.cwd()).free / 1e9
    python_ok = sys.version_info >= (3, 11)
    return [
        Finding("machine", "genmimic", "ok", __version__),
        Finding(
            "machine",
            "Python",
            "ok" if python_ok else "broken",
            platform.python_version(),
            "" if python_ok else "install Python 3.11 or later",
        ),
        Finding("machine", "platform", "ok", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        Finding("machine", "CPU cores", "ok", str(os.cpu_count())),
        Finding(
            "machine",
            "disk",
            "ok" if free > 0.5 else "broken",
            f"{free:.1f} GB free in {Path.cwd()}",
            "" if free > 0.5 else "free some space: a run writes a few MB, a long one more",
        ),
    ]


def _packages() -> list[Finding]:
    wanted = [("packages", package, module, f"pip install '{package}'") for package, module in CORE.items()]
    for extra, modules in EXTRAS.items():
        remedy = f"pip install 'genmimic[{extra}]'"
        wanted += [(f"extra {extra}", package, module, remedy) for package, module in modules.items()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda row: _package(*row), wanted))


def _package(group: str, package: str, module: str, remedy: str) -> Finding:
    needed = package in CORE
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Finding(group, package, "missing" if needed else "optional", "not installed", remedy)
    error = _import_error(module)
    if error:
        detail = f"{version}, but its import fails: {error}"
        return Finding(group, package, "broken" if needed else "optional", detail, remedy)
    return Finding(group, package, "ok", version)


def _import_error(module: str) -> str:
    """Import a module in another process, for a broken binary may end the process; return its error's last line."""
    try:
        done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "no answer within 120 s"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:200]


def _assets() -> list[Finding]:
    root = Path(str(resources.files("genmimic")))
    findings = []
    for name, wanted in ASSETS.items():
        path = root / name
        if not path.is_file():
            findings.append(Finding("assets", name, "missing", "file not found", _REINSTALL))
            continue
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        same = found == wanted
        detail = f"{path.stat().st_size / 1e6:.1f} MB, sha256 {found[:8]}"
        if same:
            findings.append(Finding("assets", name, "ok", detail))
        else:
            findings.append(Finding("assets", name, "broken", f"{detail}, expected {wanted[:8]}", _REINSTALL))
    return findings


def _policies() -> list[Finding]:
    """The trained policies, each loaded as a run does; without them a run has a gantry hold the robot."""
    from genmimic.errors import InputError
    from genmimic.pipeline.policies import NAMES, shipped
    from genmimic.sim.policy import Policy

    findings, files = [], shipped()
    for name in NAMES:
        if name not in files:
            lacking = "not in this installation: a gantry would hold the robot"
            findings.append(Finding("policies", name, "optional", lacking, _REINSTALL))
            continue
        try:
            inputs = Policy(files[name]).metadata.observation_size
        except InputError as error:
            findings.append(Finding("policies", name, "broken", str(error), _REINSTALL))
            continue
        size = files[name].stat().st_size / 1e6
        findings.append(Finding("policies", name, "ok", f"{size:.1f} MB, {inputs} inputs"))
    return findings


def _graphics() -> list[Finding]:
    from genmimic.view.backends import gl_platform

    platform_name, driver = gl_platform()
    found = f"{platform_name}: {driver}" if driver else "none works here without a display; not needed"
    return [
        Finding("graphics", "OpenGL", "ok" if driver else "optional", found),
        Finding("graphics", "software rasterizer", "ok", "built in; used where OpenGL runs on no GPU"),
    ]
