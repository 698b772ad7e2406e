"""The policies that are tried: which file, which name, what they are allowed to see."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genmimic.errors import InputError
from genmimic.evaluation.trials import AT_RESET, load_controller
from genmimic.sim.policy import Policy

POLICY = "policy.onnx"


@dataclass(frozen=True)
class TriedPolicy:
    """A policy.

    Attributes:
        name: For tables and pages, unique among those that are tried.
        spec: What `trials.load_controller` takes: a file, or 'LAYOUT:FILE'.
        digest: Hash of all that decides what it does.
        privileged: Whether it sees what only a simulator knows; None of a foreign one.
    """

    name: str
    spec: str
    digest: str
    privileged: bool | None

    @property
    def foreign(self) -> bool:
        """Whether it is someone else's tracker, run by a layout."""
        return self.privileged is None

    def to_plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"name": self.name, "file": self.spec, "sha256": self.digest, "privileged": self.privileged}


def find_policies(specs: Sequence[str | Path], names: Sequence[str] = ()) -> list[TriedPolicy]:
    """Check the policies that shall be tried.

    Args:
        specs: ONNX files, folders that hold a policy.onnx, or 'LAYOUT:FILE' of a foreign tracker.
        names: What to call them; by default each one's own name, or its file's where two have one name.

    Raises:
        InputError: A file is missing, damaged or for another robot, or the names do not fit.
    """
    if names and (len(names) != len(specs) or len(set(names)) != len(names)):
        raise InputError(f"--names gives {len(names)} names for {len(specs)} policies; give each one of its own.")
    files = [_file(spec) for spec in specs]
    controllers = [load_controller(file, AT_RESET) for file in files]
    own = [controller.name for controller in controllers]
    chosen = list(names) or [name if own.count(name) == 1 else file for name, file in zip(own, files, strict=True)]
    if len(set(chosen)) != len(chosen):
        raise InputError(f"the policy {next(n for n in chosen if chosen.count(n) > 1)} is named twice; name it once.")
    return [
        TriedPolicy(name, file, _digest(file), _privileged(controller))
        for name, file, controller in zip(chosen, files, controllers, strict=True)
    ]


def _file(spec: str | Path) -> str:
    path = Path(spec)
    if path.is_dir():
        if not (path / POLICY).is_file():
            raise InputError(f"{path}: holds no {POLICY}; name the file, or export it with genmimic export.")
        path = path / POLICY
    return str(path)


def _digest(spec: str) -> str:
    """Hash of the network and, of a foreign one, of its layout."""
    layout, _, file = spec.rpartition(":") if not Path(spec).is_file() else ("", "", spec)
    state = hashlib.sha256(layout.encode() + Path(file).read_bytes())
    beside = Path(f"{file}.json")
    if beside.is_file():
        state.update(beside.read_bytes())
    return state.hexdigest()


def _privileged(controller: Any) -> bool | None:
    if not isinstance(controller, Policy):
        return None
    return controller.metadata.privileged
