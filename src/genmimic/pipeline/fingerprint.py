"""Fingerprints: what a stage's result depends on, as one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any


def file_hash(path: Path) -> str:
    """Hash of a file's content, so that copying or touching it changes nothing."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


@cache
def source_hash(packages: Sequence[str]) -> str:
    """Hash of the Python sources of some of our packages: a changed program makes its old results stale.

    Args:
        packages: Names of packages or single modules below `genmimic`, as a tuple.
    """
    digest = hashlib.blake2b(digest_size=16)
    for package in packages:
        root = Path(str(resources.files("genmimic")))
        for path in sorted([*root.glob(f"{package}.py"), *(root / package).rglob("*.py")]):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def combine(*, stage: str, version: str, source: str, inputs: Mapping[str, str], settings: Mapping[str, Any]) -> str:
    """One hash over everything that a stage's result depends on.

    Args:
        stage: Name of the stage.
        version: Version of genmimic.
        source: `source_hash` of the packages that the stage runs.
        inputs: Content hash of each input by name.
        settings: The settings that the stage reads.
    """
    text = json.dumps([stage, version, source, dict(inputs), dict(settings)], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
