"""What a file's name or a prompt says of a video of GenMimicBench: generator, subject, view, gestures, action.

The published set's layout is described nowhere that we found, so nothing is relied on but words. A word that is not
found is left open ('' or None), never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from genmimic.benchmark.taxonomy import ACTIONS, GENERATORS, Action, Generator

_GENERATOR_WORDS: dict[Generator, str] = {
    "Wan2.1": r"\b(wan|wan ?2|wan2 ?1|vace|ntu)\b",
    "Cosmos-Predict2": r"\b(cosmos|predict2|pennaction|penn|gr1|dreams)\b",
}
_GESTURES: tuple[tuple[str, str], ...] = (
    ("head", r"\bheads?\b"),
    ("thumb", r"\bthumbs?\b"),
    ("wave", r"\bwav(e|es|ed|ing)\b"),
    ("fold", r"\bfold(s|ed|ing)?\b"),
    ("raise", r"\brais(e|es|ed|ing)\b"),
    ("point", r"\bpoint(s|ed|ing)?\b"),
    ("uncross", r"\buncross(es|ed|ing)?\b"),
    ("cross", r"\bcross(es|ed|ing)?\b"),
    ("hips", r"\bhips?\b"),
    ("open", r"\bopen(s|ed|ing)?\b"),
    ("close", r"\bclos(e|es|ed|ing)\b"),
    ("pick", r"\b(pick(s|ed|ing)?|grab(s|bed|bing)?)\b"),
    ("lift", r"\blift(s|ed|ing)?\b"),
    ("drink", r"\bdrink(s|ing)?\b"),
)
_MOVES: tuple[tuple[str, str], ...] = (
    ("walk", r"\bwalk(s|ed|ing)?\b"),
    ("step", r"\bstep(s|ped|ping)?\b"),
    ("turn", r"\bturn(s|ed|ing)?\b"),
)
_VIEW = r"\b(front|left|right)\b"
_SUBJECT = r"\b(?:subject|subj|person|actor|performer|id|s|p)\s?0*(\d{1,3})\b"
_NTU = r"s\d{3}c\d{3}p(\d{3})r\d{3}a\d{3}"
"""Names of NTU RGB+D: setup, camera, performer, replication, action."""


@dataclass(frozen=True)
class Reading:
    """What words say; what they leave open is '' or empty.

    Attributes:
        generator: 'Wan2.1' or 'Cosmos-Predict2'.
        subject: s1, s2, ... as numbered there, which need not be as in `taxonomy.SUBJECTS`.
        view: 'front', 'left' or 'right', where a folder or name says it by itself.
        gestures: Gestures in the order in which they are named.
        moves: Ways of getting about, of walk, step and turn.
        category: Of the paper's taxonomy, as far as gestures and moves tell.
        action: Name of the action of `taxonomy.ACTIONS` that says the same; the first where several do.
        table2: That action's row of the paper's table 2; actions that say the same are in one row.
    """

    generator: str
    subject: str
    view: str
    gestures: tuple[str, ...]
    moves: tuple[str, ...]
    category: str
    action: str
    table2: str


def read_words(path: str, prompt: str = "") -> Reading:
    """Read a path within the data set, and the prompt if there is one.

    Directions of a prompt ('walks to the right') are not taken for the camera's view: only a path tells that.
    """
    name = _spaced(path)
    text = _spaced(prompt) if prompt else name
    generator = next((g for g in GENERATORS if re.search(_GENERATOR_WORDS[g], name)), "")
    subject = re.search(_NTU, path.lower()) or re.search(_SUBJECT, name)
    gestures, moves = signature(text)
    views = set(re.findall(_VIEW, _without_directions(name)))
    action = _action(generator, gestures, moves)
    return Reading(
        generator=generator,
        subject=f"s{int(subject.group(1))}" if subject else "",
        view=views.pop() if len(views) == 1 else "",
        gestures=gestures,
        moves=moves,
        category=_category(generator, gestures, moves),
        action=action.name if action else "",
        table2=action.table2 if action else "",
    )


def signature(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Gestures in order and ways of getting about, sorted, that a text names; a gesture named twice counts once."""
    text = _spaced(text)
    found = [(match.start(), name) for name, pattern in _GESTURES for match in re.finditer(pattern, text)]
    gestures = tuple(dict.fromkeys(name for _, name in sorted(found)))
    return gestures, tuple(name for name, pattern in _MOVES if re.search(pattern, text))


def _category(generator: str, gestures: tuple[str, ...], moves: tuple[str, ...]) -> str:
    if generator == "Cosmos-Predict2":
        return "in_the_wild"
    if generator != "Wan2.1" or not (gestures or moves):
        return ""
    kind = "composite" if len(gestures) > 1 else "simple"
    return f"{kind}_locomotion" if moves else kind


def _action(generator: str, gestures: tuple[str, ...], moves: tuple[str, ...]) -> Action | None:
    if not generator or not (gestures or moves):
        return None
    return _signatures(generator).get((gestures, moves))


@cache
def _signatures(generator: str) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Action]:
    """A generator's actions by what their words say; the first of those that say the same."""
    actions: dict[tuple[tuple[str, ...], tuple[str, ...]], Action] = {}
    for action in ACTIONS[generator]:  # type: ignore[index]
        actions.setdefault(signature(action.words.replace("{her}", "her")), action)
    return actions


def _without_directions(text: str) -> str:
    """Text without the left and right of hands and ways."""
    text = re.sub(r"\b(to the|to|step|steps|walk|walks|turn|turns|from)\s+(the\s+)?(left|right|side)\b", " ", text)
    return re.sub(r"\b(left|right)\s+(hand|arm|leg|foot|side)s?\b", " ", text)


def _spaced(text: str) -> str:
    """Lower-case words: separators become spaces, endings of files go."""
    text = re.sub(r"\.(mp4|mov|avi|webm|gif|mkv)$", "", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.sub(r"[^0-9a-zA-Z.]+|\.(?!\d)", " ", text).lower().replace("2.1", "2 1").split())
