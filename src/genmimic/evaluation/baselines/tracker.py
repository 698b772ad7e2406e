"""A foreign tracker as a controller: an ONNX network run as its layout says."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.evaluation.baselines.layout import REFERENCE_TERMS, ROBOTS, Block, ForeignLayout
from genmimic.evaluation.baselines.terms import Reading, factors, reference_table, robot_values, spread
from genmimic.evaluation.baselines.world import ForeignWorld, joint_gains
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.harness import Harness
from genmimic.sim.onnx_network import open_network, port_sizes
from genmimic.sim.reference import Reference
from genmimic.sim.world import JointGains, Physics
from genmimic.tracking import frames
from genmimic.tracking.noise import GOAL_NOISE
from genmimic.tracking.state import RobotState, SimulationParameters
from genmimic.tracking.terms import TABLE_6

_NOISE = {term.name: term.noise for term in TABLE_6}


class ForeignTracker:
    """Someone else's policy; see `sim.controller.Controller`. It brings its robot as a world of its own.

    Attributes:
        layout: How it is run.
        gains: Of our 23 joints.
        seed: Seed of the noise of the next motion.
        held: False: a tracker stands on its own.
    """

    held = False

    def __init__(
        self,
        path: str | Path,
        layout: ForeignLayout,
        *,
        noise: float = 0.0,
        goal_noise: float | None = None,
        seed: int = 0,
    ) -> None:
        """Load a tracker.

        Args:
            path: The ONNX file, with one input (1, D) and one output (1, n).
            layout: How to run it.
            noise: Scale of the sensor noise of table 8; 0 for none.
            goal_noise: Scale of the noise of goal joints (`tracking.noise`); that of the sensors if None.
            seed: Seed of that noise; the same seed gives the same noise in each motion.

        Raises:
            InputError: The file is missing, damaged, or of another size than the layout.
        """
        self._path, self.layout, self.seed = str(path), layout, seed
        self._session = open_network(path)
        sizes, wanted = port_sizes(self._session), (layout.observation_size, layout.joints)
        if sizes != wanted:
            raise InputError(
                f"{path}: the network maps {sizes[0]} numbers to {sizes[1]}, layout '{layout.name}' describes "
                f"{wanted[0]} and {wanted[1]}; choose or correct the layout."
            )
        self._input = self._session.get_inputs()[0].name
        self._noise = noise
        self._goal_noise = noise if goal_noise is None else goal_noise
        self.gains: JointGains = joint_gains(layout, JOINT_NAMES)
        self._default = np.array(layout.default_joint_pos)
        self._factors = [np.concatenate([factors(t, layout.joint_names) for t in b.terms]) for b in layout.blocks]
        robot_joints = (*JOINT_NAMES, *(name for name in ROBOTS[layout.robot] if name not in JOINT_NAMES))
        self._robot_joints = robot_joints
        self._order = [robot_joints.index(name) for name in layout.joint_names]
        self._world: ForeignWorld | None = None

    @property
    def name(self) -> str:
        """The layout's name."""
        return self.layout.name

    def build_world(self, physics: Physics) -> ForeignWorld:
        """Return the world with the tracker's robot that the next motion is simulated in."""
        self._world = ForeignWorld(self.layout, physics)
        return self._world

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion: empty history, no last action, the noise from its start."""
        self._rng = np.random.default_rng(self.seed)
        names = self.layout.joint_names
        self._table = reference_table(reference, names, self._default)
        joint_noise = self._goal_noise * GOAL_NOISE * self._rng.standard_normal((len(reference), len(names)))
        for name in ("reference_joint_pos", "reference_joint_pos_rel"):
            self._table[name] = self._table[name] + joint_noise
        self._held_joint_pos = spread(reference.motion.joint_pos, self._robot_joints)
        self._action = np.zeros(len(names))
        self._past: list[deque[np.ndarray] | None] = [None] * len(self.layout.blocks)

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Targets (23,) of our joints, radians; those of its further joints go to its world.

        Raises:
            InputError: The network's output is not finite.
        """
        if self._world is None:
            raise RuntimeError("build_world() and reset() come before act()")
        observation = self.observe(state, frame)[None].astype(np.float32)
        action = np.asarray(self._session.run(None, {self._input: observation})[0], dtype=np.float64)[0]
        if not np.isfinite(action).all():
            raise InputError(f"{self._path}: the output is not finite in frame {frame}; check the layout.")
        clipped = np.clip(action, -self.layout.action_clip, self.layout.action_clip)
        self._action = clipped if self.layout.clips_last_action else action
        target = self._held_joint_pos[min(frame + 1, len(self._held_joint_pos) - 1)].copy()
        target[self._order] = self._default + self.layout.action_scale * clipped
        self._world.extra_target = target[len(JOINT_NAMES) :]
        return target[: len(JOINT_NAMES)]

    def harness(self, frame: int) -> Harness | None:
        """None: nothing holds the pelvis."""
        return None

    def observe(self, state: RobotState, frame: int) -> np.ndarray:
        """Observation (D,) of a state; advances the history, so call it once per control step."""
        robot = robot_values(self._reading(state), self._default)
        parts = []
        for number, block in enumerate(self.layout.blocks):
            copies = [self._copy(number, block, robot, frame + ahead) for ahead in block.ahead]
            parts += copies if block.past == 0 else self._remember(number, block, copies[0])
        return np.concatenate(parts)

    def _copy(self, number: int, block: Block, robot: dict[str, np.ndarray], frame: int) -> np.ndarray:
        row = min(frame, len(self._held_joint_pos) - 1)
        values = [
            self._table[term.name][row] if term.name in REFERENCE_TERMS else robot[term.name] for term in block.terms
        ]
        return self._factors[number] * np.concatenate(values)

    def _remember(self, number: int, block: Block, present: np.ndarray) -> list[np.ndarray]:
        """The steps before the present, oldest first; the present is among them from the next step on."""
        past = self._past[number]
        if past is None:
            first = present if self.layout.history_start == "present" else np.zeros_like(present)
            past = self._past[number] = deque([first] * block.past, maxlen=block.past)
        shown = list(past)
        past.append(present)
        return shown

    def _reading(self, state: RobotState) -> Reading:
        assert self._world is not None
        joint_pos = np.concatenate([state.joint_pos, self._world.extra_joint_pos])[self._order]
        joint_vel = np.concatenate([state.joint_vel, self._world.extra_joint_vel])[self._order]
        gravity = frames.projected_gravity_b(state.root_quat_w) + self._drawn("projected_gravity_b", 3)
        return Reading(
            root_ang_vel_b=rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w)
            + self._drawn("root_ang_vel_b", 3),
            projected_gravity_b=rotation.unit(gravity),
            joint_pos=joint_pos + self._drawn("joint_pos", len(joint_pos)),
            joint_vel=joint_vel + self._drawn("joint_vel", len(joint_vel)),
            last_action=self._action,
        )

    def _drawn(self, name: str, size: int) -> np.ndarray:
        return self._noise * _NOISE[name] * self._rng.standard_normal(size)
