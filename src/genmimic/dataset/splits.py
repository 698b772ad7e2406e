"""Who is trained on and who is tested: a split by a hash of (collection, subject, motif).

Takes of one motif by one subject are siblings and stay together. A group's side depends on its own hash, so that new
clips do not move old ones; only a content that would have no test clip at all gives up its group of the lowest hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

TEST_SHARE = 0.1
_SALT = "genmimic split 1"
SMALLEST_CONTENT = 3
"""A content with fewer groups than this need not have a test clip."""


def fraction(group: str) -> float:
    """Where a group lies in [0, 1): its hash."""
    digest = hashlib.blake2b(f"{_SALT}|{group}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def split(groups: Sequence[str], contents: Sequence[str]) -> tuple[str, ...]:
    """The side of each clip.

    Args:
        groups: Group of each clip (`catalogue.Origin.group`).
        contents: Content of each clip.

    Returns:
        'train' or 'test' for each clip.
    """
    tested = {group for group in groups if fraction(group) < TEST_SHARE}
    for content in sorted(set(contents)):
        inside = sorted({g for g, c in zip(groups, contents, strict=True) if c == content}, key=fraction)
        if len(inside) >= SMALLEST_CONTENT and not tested.intersection(inside):
            tested.add(inside[0])
    return tuple("test" if group in tested else "train" for group in groups)


def checksum(names: Sequence[str]) -> str:
    """One hash over a list of clip names, whatever its order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
