"""What a run hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genmimic.pipeline.verdict import Verdict

if TYPE_CHECKING:
    from genmimic.motion.human_motion import HumanMotion
    from genmimic.motion.robot_motion import RobotMotion
    from genmimic.sim.rollout import Rollout


@dataclass(frozen=True)
class Result:
    """A finished run: where the files are, what was measured, what became of the motion.

    Attributes:
        name: Clip name.
        folder: Output folder.
        paths: Path of each file of the run by file name, for instance `paths["robot.npz"]`.
        metrics: The content of metrics.json.
        verdict: What became of the motion in `robot.npz`.
        verdict_student: The same in `robot_student.npz`; None where one policy alone was rolled out.
        timings: Wall seconds of each stage when it last ran.
        reused: Names of the stages whose earlier results were reused.
    """

    name: str
    folder: Path
    paths: Mapping[str, Path]
    metrics: Mapping[str, Any]
    verdict: Verdict
    timings: Mapping[str, float]
    reused: tuple[str, ...]
    verdict_student: Verdict | None = None

    @cached_property
    def human(self) -> HumanMotion:
        """The person's motion, read on first use."""
        from genmimic.motion.files import load_human

        return load_human(self.paths["human.npz"])

    @cached_property
    def reference(self) -> RobotMotion:
        """The robot reference, read on first use."""
        from genmimic.motion.files import load_robot

        return load_robot(self.paths["reference.npz"])

    @cached_property
    def robot(self) -> Rollout:
        """What the simulated robot did, read on first use."""
        from genmimic.sim.rollout import load_rollout

        return load_rollout(self.paths["robot.npz"])

    @cached_property
    def robot_student(self) -> Rollout | None:
        """What it did on its own sensors, None where one policy alone was rolled out; read on first use."""
        from genmimic.sim.rollout import load_rollout

        path = self.paths.get("robot_student.npz")
        return None if path is None else load_rollout(path)

    def to_json(self) -> dict[str, Any]:
        """All but the motions, as JSON values."""
        return {
            "clip": self.name,
            "verdict": self.verdict.kind,
            "sentence": self.verdict.sentence,
            "verdict_student": self.verdict_student and self.verdict_student.kind,
            "sentence_student": self.verdict_student and self.verdict_student.sentence,
            "files": {name: str(path) for name, path in self.paths.items()},
            "metrics": dict(self.metrics),
            "seconds": dict(self.timings),
            "reused": list(self.reused),
        }
