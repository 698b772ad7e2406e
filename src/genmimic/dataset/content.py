"""What a clip shows, from words: its content for sampling and tables, and whether a bare floor suffices for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from genmimic.errors import InputError

# the first rule that matches decides
_CONTENTS: tuple[tuple[str, str], ...] = (
    ("sport", r"soccer|football|basketball|dribble|shoot|kobe|lebron|tiger ?woods|volleyball|tennis|golf"),
    ("exercise", r"jumping jacks|side twists|stretch(?!dance)|exercise|squats"),
    ("dance", r"danc|salsa|pirouette|arabesque|whirl|\bdab\b|ballet|\bapt\b"),
    ("martial", r"karate|box|punch|kick|fence|sword|chop|slash|bassai|empi|kata|martial|attack"),
    ("jump", r"jump|hop\b|leap|\bcr ?7"),
    ("balance", r"balance|tiptoe|one leg"),
    ("crouch", r"crouch|squat|crawl|duck"),
    ("run", r"run|jog|dash|sprint|bolt"),
    ("turn", r"turn|pivot|snake|circles"),
    ("walk", r"walk|step|navigate|stride|stroll|locomotion|roaming|acceleration|range"),
    ("gesture", r"gesture|wave|\bbow\b|bye|call|guide|respond|raise|laugh|traffic|hands? ?up|point|clap|story|talk"),
    ("everyday", r"drink|wash|bottle|scoop|bend|pick|eat|sweep|reach|door|lift"),
    ("react", r"push|stumble|zombie"),
    ("moves", r"move|spider"),
)
NEEDS_SUPPORT = "needs objects or terrain"
"""How the reasons of clips begin that are not on flat ground."""
_SUPPORTS = re.compile(
    r"playground|climb|ladder|stairs?\b|\d steps|uneven terrain|chair|stool|\bsit\b|\bsits\b|sitting|\bswing\b|"
    r"swings\b|swim|\bhang|monkey bar|bicycle|skateboard|trampoline|on a box|rope"
)
_ACROBATICS = re.compile(r"cartwheel|handstand|flip\b|somersault|breakdance|head ?spin|\broll(s|ing)? on")


def words_of(name: str) -> str:
    """A name as lower-case words: `JumpsFreeRoam1` and `walk-turn-left_001` become words with spaces."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|[_\-/]+", " ", name)
    return " ".join(spaced.lower().split())


def content_of(text: str) -> str:
    """Content of a clip described by `text`: walk, run, turn, dance, ...; 'other' where no word is known."""
    words = words_of(text)
    return next((content for content, pattern in _CONTENTS if re.search(pattern, words)), "other")


def needs_support(text: str) -> str:
    """The word that says that a clip needs objects or terrain; '' for one on flat ground."""
    match = _SUPPORTS.search(words_of(text))
    return match.group(0) if match else ""


def acrobatics(text: str) -> str:
    """The word that says that a clip is beyond a robot that must stay on its feet; '' for others."""
    match = _ACROBATICS.search(words_of(text))
    return match.group(0) if match else ""


def read_labels(folder: Path) -> dict[str, str]:
    """Descriptions of clips from the tables `*labels.tsv` in a folder: clip, tab, description, one per line.

    Raises:
        InputError: A line has no tab, or the file is no text.
    """
    labels: dict[str, str] = {}
    for path in sorted(folder.glob("*labels.tsv")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: is not UTF-8 text ({error.reason}); save it again.") from error
        for number, line in enumerate(lines, 1):
            clip, tab, description = line.partition("\t")
            if line.strip() and not tab:
                raise InputError(f"{path}: line {number} has no tab; expected clip, tab, description.")
            if line.strip():
                labels[clip.strip()] = description.strip()
    return labels


def describe(clip: str, labels: Mapping[str, str]) -> str:
    """The description of a clip: that of its own name, or of the longest beginning of it before an underscore."""
    parts = clip.rsplit("/", 1)[-1].split("_")
    for count in range(len(parts), 0, -1):
        found = labels.get("_".join(parts[:count]))
        if found is not None:
            return found
    return ""
