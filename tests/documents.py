"""What the Markdown files of the repository say: links, headings, paths in code font, and command lines to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (".", "docs", "docs/models", "corpora", "checkpoints", "examples", "benchmarks", "tools")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"^(?:src|tests|tools|docs|benchmarks|corpora|checkpoints|examples|\.ci)/[\w./-]+$")


def documents() -> list[Path]:
    """All Markdown files."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md"))


def links(text: str) -> list[tuple[str, str]]:
    """Relative links as (path, anchor), either of which may be empty."""
    targets = LINK.findall(FENCE.sub("", text))
    return [(path, anchor) for path, _, anchor in (t.partition("#") for t in targets if "://" not in t)]


def anchors(text: str) -> set[str]:
    """What GitHub makes of the headings: lower case, hyphens for spaces, no punctuation."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", LINK.sub(r"", heading).lower()).replace(" ", "-")
        repeat = next((n for n in range(len(found) + 1) if (f"{slug}-{n}" if n else slug) not in found), 0)
        found.add(f"{slug}-{repeat}" if repeat else slug)
    return found


def paths(text: str) -> list[str]:
    """Paths from the repository's root that stand in code font."""
    return [word for word in INLINE.findall(FENCE.sub("", text)) if PATH.match(word)]


def command_lines(text: str) -> Iterator[list[str]]:
    """Words of the commands in code blocks, indented or fenced, comments left out, continued lines joined.

    Synopses, which have optional words in brackets, are left out.
    """
    for line in text.replace("\\\n", " ").splitlines():
        command = re.match(r"^(?: {4})?(?:\$ )?((?:genmimic|python|bash) .*)$", line)
        if command is None or "[" in command[1]:
            continue
        words = shlex.split(command[1], comments=True)
        ends = [words.index(word) for word in ("&&", "|", ">", "then:") if word in words]
        yield words[: min(ends, default=len(words))]
