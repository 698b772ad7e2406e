"""Collections of motion capture that we know: who performed a clip, what it shows and whose siblings it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Collection:
    """What the names of one collection's files and clips mean.

    Attributes:
        name: Name of the collection in a corpus.
        files: Beginning of the names of its files.
        pattern: Regular expression on a clip's name with the groups `subject` and `motif`. Clips of one subject with
            one motif are takes of the same thing: a split never separates them.
        subject: Who performed it, where clip names do not tell.
        licence: Licence, where the files do not tell.
    """

    name: str
    files: str
    pattern: str = r"(?P<motif>.*)"
    subject: str = ""
    licence: str = ""


KNOWN: tuple[Collection, ...] = (
    # what a CMU clip shows is not in its name but in a table of labels
    Collection("CMU", "cmu", r"(?P<subject>\d+)_(?P<motif>\d+)", subject="unknown"),
    Collection("O3DE", "o3de", r"(?P<motif>\D+)", subject="one actor"),
    Collection("AnimatedDrawings", "animdraw", subject="one actor"),
    Collection("Bandai Namco 1", "bandai1", r"dataset-1_(?P<motif>[^_]+)_(?P<subject>[^_]+)"),
    Collection("Bandai Namco 2", "bandai2", r"dataset-2_(?P<motif>[^_]+)_(?P<subject>[^_]+)"),
    # numbers tell dances and moves apart, but only count the takes of B's fencing and karate
    Collection(
        "G1-Moves",
        "robot_g1moves",
        r"(?P<subject>B)_(?P<motif>[A-Za-z]+)|(?P<subject2>[JM])_(?P<motif2>.*)",
        licence="CC BY 4.0, experientialtech g1-moves",
    ),
    Collection(
        "ASAP",
        "robot_asap",
        r"(?:.*video_)?(?P<motif>CR7|.*?)\d?(?:_level\d)?(?:_filter)?_amass",
        subject="unknown",
        licence="MIT, ASAP (LeCAR Lab)",
    ),
)
_COUNTERS = re.compile(r"\d+|_|~|(?<![a-z])(poses|stageii|take)(?![a-z])")


@dataclass(frozen=True)
class Origin:
    """Where a clip comes from: `collection`, `subject` and `motif`, whose takes belong together."""

    collection: str
    subject: str
    motif: str

    @property
    def group(self) -> str:
        """What is never split: all takes of one motif by one subject."""
        return f"{self.collection}|{self.subject}|{self.motif}"


def find_collection(label: str) -> Collection | None:
    """The collection that we know a file to belong to, from its name."""
    name = label.rsplit("/", 1)[-1]
    return next((collection for collection in KNOWN if name.startswith(collection.files)), None)


def origin_of(label: str, clip: str, content: str = "", folders: Sequence[str] = ()) -> Origin:
    """Who performed a clip and which motif it is a take of.

    Files that we do not know are taken to lie in folders of subjects within folders of collections, as AMASS' do; the
    words of a clip's name, without numbers, are its motif.

    Args:
        label: Name of the file without ending.
        clip: Name of the clip within it; '' where the file is one clip.
        content: What a table of labels says that it shows, if there is one; it then is the motif.
        folders: Folders above the file.
    """
    collection = find_collection(label)
    if collection is None:
        name = clip or label.rsplit("/", 1)[-1]
        motif = content or " ".join(_COUNTERS.sub(" ", name.lower()).split())
        above = folders[-2:] or (label,)
        return Origin(above[0], above[1] if len(above) > 1 else "", motif)
    match = re.match(collection.pattern, clip or label)
    groups = {name.rstrip("2"): text for name, text in (match.groupdict() if match else {}).items() if text}
    motif = content or groups.get("motif", clip or label)
    return Origin(collection.name, groups.get("subject", collection.subject), " ".join(motif.lower().split()))
