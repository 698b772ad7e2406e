"""The rendered clips stage 1a is judged on: what is done, by whom, and seen how."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from genmimic.errors import InputError
from genmimic.synthetic.cameras import NORMAL_LENS, WIDE_LENS, Shot


@dataclass(frozen=True)
class Scene:
    """A motion, a person and a shot: all that a truth clip is made of.

    Attributes:
        motion: One of `motions.names()`.
        body: One of `body.identities()`.
        shot: Where the camera stands and how it moves.
        fps: Frames per second.
        seed: Chooses the room and the small involuntary sway.
    """

    motion: str
    body: str = "adam"
    shot: Shot = field(default_factory=Shot)
    fps: int = 30
    seed: int = 0

    @property
    def name(self) -> str:
        """Name of the clip."""
        lens = "_wide" if self.shot.fov_x > 1.2 * NORMAL_LENS else ""
        return f"{self.motion}_{self.shot.view}_{self.shot.move}{lens}"


_NEAR, _FAR = Shot(), Shot(distance=6.2)
_WIDE = Shot(distance=4.4, fov_x=WIDE_LENS)


def _scene(motion: str, body: str, view: str, move: str, fps: int, base: Shot = _NEAR) -> Scene:
    seed = sum(map(ord, motion + view + move))  # another room for every clip, the same in every run
    return Scene(motion, body, replace(base, view=view, move=move), fps, seed)


SCENES: tuple[Scene, ...] = (
    _scene("stand", "adam", "front", "static", 16),
    _scene("wave", "adam", "front", "static", 30),
    _scene("wave", "beth", "three_quarter", "pan", 16),
    _scene("walk", "adam", "left", "static", 30, _FAR),
    _scene("walk", "beth", "three_quarter", "static", 16, _FAR),
    _scene("walk", "chen", "right", "follow", 16, _FAR),
    _scene("walk_towards", "adam", "front", "static", 16, _FAR),
    _scene("walk_towards", "beth", "front", "pan", 16, _FAR),
    _scene("walk_towards", "chen", "front", "static", 16, _WIDE),
    _scene("walk", "adam", "three_quarter", "static", 16, _WIDE),
    _scene("turn", "chen", "front", "static", 16),
    _scene("turn", "adam", "three_quarter", "pan", 16),
    _scene("squat", "beth", "front", "static", 16),
    _scene("squat", "adam", "left", "pan", 16),
    _scene("bend", "adam", "three_quarter", "static", 30),
    _scene("bend", "chen", "front", "handheld", 16),
    _scene("raise_arms", "beth", "front", "zoom", 16),
    _scene("fold_arms", "adam", "front", "static", 16),
    _scene("point", "chen", "three_quarter", "pan", 16),
    _scene("thumbs_up", "adam", "front", "static", 16),
    _scene("step_aside", "beth", "front", "static", 16),
    _scene("greet", "adam", "back", "static", 16),
)
"""The clips stage 1a is judged on: six motions and more, static and moving cameras, three people, all sides."""


def scene(name: str) -> Scene:
    """The scene of that name.

    Raises:
        InputError: There is none.
    """
    for one in SCENES:
        if one.name == name:
            return one
    raise InputError(f"No truth clip is called '{name}'; choose one of {', '.join(s.name for s in SCENES)}.")
