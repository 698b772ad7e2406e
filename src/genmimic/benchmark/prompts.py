"""Text prompts for video generators by the four rules of the paper's appendix C.2.2.

(1) The action, or each step of a sequence, is said explicitly. (2) Nothing is said of style or mood. (3) The place, and
the direction of a walk, are said where that helps. (4) Realistic kinematics are asked for.
"""

from __future__ import annotations

import re

from genmimic.benchmark.taxonomy import Slot
from genmimic.errors import InputError

INDOORS = "in an indoor room"
KINEMATICS = "Natural human motion, smooth transitions."
_DIRECTIONS = {"front": "forward", "left": "to the left", "right": "to the right", "three_quarter": "forward"}
"""Where someone who walks ahead goes in the picture, by the camera's view; left and right are the person's sides."""
STYLES = (
    *("cinematic", "dramatic", "beautiful", "stunning", "epic", "artistic", "anime", "cartoon", "stylized", "stylised"),
    *("photorealistic", "vintage", "moody", "elegant", "elegantly", "graceful", "gracefully", "dreamy", "masterpiece"),
)
MOODS = (
    *("happy", "happily", "sad", "sadly", "angry", "angrily", "joyful", "joyfully", "excited", "excitedly", "nervous"),
    *(
        "nervously",
        "cheerful",
        "cheerfully",
        "proud",
        "proudly",
        "confident",
        "confidently",
        "enthusiastically",
        "smiling",
    ),
)
_FORMS = r"(\w+)"
_PLACES = (
    r"\b(indoor|indoors|outdoor|outdoors|room|kitchen|gym|garage|garden|street|park|hall|office|shelf|door|floor)\b"
)


def build_prompt(slot: Slot) -> str:
    """The prompt of one of the 428.

    A Wan2.1 prompt says that the room is indoors and where a walk leads; a Cosmos-Predict2 prompt leaves the scene to
    its first frame, which is one in the wild.

    Returns:
        One or two sentences, such as 'A woman touches her head while walking to the left, in an indoor room. Natural
        human motion, smooth transitions.'
    """
    her = "her" if slot.subject.noun == "woman" else "his"
    words = slot.action.words.format(her=her)
    if slot.generator == "Wan2.1":
        if slot.action.walks:
            words = f"{words} {_DIRECTIONS[slot.view]}"
        words = f"{words}, {INDOORS}"
    return f"A {slot.subject.noun} {words}. {KINEMATICS}"


def broken_rules(prompt: str, action: str = "") -> list[str]:
    """What a prompt breaks of the four rules, each as a clause; empty for a good one.

    Args:
        prompt: Any text.
        action: Words that must occur for rule 1, as in `Action.words`; '' asks only for a person who does something.
    """
    low, broken = prompt.lower(), []
    wanted = re.escape(action.lower()).replace(re.escape("{her}"), "(his|her|their)") if action else ""
    if wanted and not re.search(wanted, low):
        broken.append(f"rule 1: it does not say '{action.format(her='her')}'")
    elif not wanted and not re.search(r"\b(man|woman|person)\b\W+" + _FORMS, low):
        broken.append("rule 1: it names no person who does something")
    for kind, words in (("style", STYLES), ("mood", MOODS)):
        found = [word for word in words if re.search(rf"\b{word}\b", low)]
        if found:
            broken.append(f"rule 2: it describes {kind} ({', '.join(found)})")
    if re.search(r"\bwalk(s|ing)\b(?! (through|towards|and|forward|away|to the))", low) and not re.search(_PLACES, low):
        broken.append("rule 3: someone walks, but neither where to nor where is said")
    if "natural" not in low or "smooth" not in low:
        broken.append("rule 4: it does not ask for natural human motion and smooth transitions")
    return broken


def require_rules(prompt: str) -> str:
    """The prompt itself, if it keeps the rules.

    Raises:
        InputError: It breaks some.
    """
    broken = broken_rules(prompt)
    if broken:
        raise InputError(f"prompt '{prompt}': {'; '.join(broken)}; see `genmimic bench prompts` for ones that do not.")
    return prompt
