"""A trained policy in an ONNX file, run by onnxruntime on one CPU core."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from genmimic.errors import InputError
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.harness import Harness
from genmimic.sim.onnx_network import open_network, port_sizes
from genmimic.sim.own_sensors import OwnSensors
from genmimic.sim.policy_metadata import PolicyMetadata, from_entries
from genmimic.sim.reference import Reference
from genmimic.sim.world import JointGains
from genmimic.tracking.actions import joint_targets
from genmimic.tracking.noise import goal_offset, noisy_goal, observation_noise
from genmimic.tracking.observations import History, observe
from genmimic.tracking.sensor_noise import SensorNoise
from genmimic.tracking.state import RobotState, SimulationParameters

_JOINTS = len(JOINT_NAMES)


class Policy:
    """A network from observations to actions; see `sim.controller.Controller`.

    Attributes:
        metadata: What the file says about itself.
        gains: Joint gains that the policy was trained with.
        seed: Seed of the noise of the next motion.
        held: False: a policy stands on its own.
    """

    held = False

    def __init__(
        self,
        path: str | Path,
        *,
        noise: float | None = 0.0,
        goal_noise: float | None = None,
        seed: int = 0,
        on_robot: bool = False,
    ) -> None:
        """Load a policy.

        Args:
            path: The ONNX file, with one input (1, D) and one output (1, 23), both float32; (1, 50) of a policy that
                is shown again which keypoint weights it has chosen.
            noise: Scale of the sensor noise of table 8; 0 for none. None is 1 for a policy that observes what a robot
                can know, and 0 for a privileged one.
            goal_noise: Scale of table 8's noise and offset of the goals; that of the sensors if None.
            seed: Seed of that noise; the same seed gives the same noise in each motion.
            on_robot: Whether `act` is handed what the robot itself knows. Otherwise it is the simulator's state, and
                a policy that observes an estimated one reads simulated sensors.

        Raises:
            InputError: The file is missing, damaged, or made for another robot or order.
        """
        self._path = str(path)
        self._session = open_network(path)
        self.metadata: PolicyMetadata = from_entries(self._path, self._session.get_modelmeta().custom_metadata_map)
        sizes, expected = port_sizes(self._session), (self.metadata.observation_size, self.metadata.output_size)
        if sizes != expected:
            raise InputError(
                f"{path}: the network maps {sizes[0]} numbers to {sizes[1]}, its metadata expects {expected[0]} and "
                f"{expected[1]}; export the policy again."
            )
        self._input = self._session.get_inputs()[0].name
        self.gains = JointGains(self.metadata.kp, self.metadata.kd)
        self._noise = float(not self.metadata.privileged) if noise is None else noise
        self._goal_noise = self._noise if goal_noise is None else goal_noise
        self.seed = seed
        senses = self.metadata.estimated_state and not on_robot
        self._sensors = OwnSensors(SensorNoise().scaled(self._noise)) if senses else None
        self._reference: Reference | None = None

    @property
    def name(self) -> str:
        """The policy's own name."""
        return self.metadata.name

    def reset(self, reference: Reference, parameters: SimulationParameters) -> None:
        """Begin a motion: empty history, no last action, the noise from its start."""
        self._reference, self._parameters = reference, parameters
        self._history: History | None = None
        self._outputs = np.zeros(self.metadata.output_size)
        self._centre = self.metadata.default_joint_pos
        self._rng = np.random.default_rng(self.seed)
        self._goal_offset = goal_offset(self._rng)
        if self._sensors is not None:
            self._sensors.reset(self._rng, reference.motion.root_pos_w[0], reference.motion.root_quat_w[0])

    def follow(self, reference: Reference) -> None:
        """Go on with another reference, such as one that stands still; history, last action and noise stay."""
        if self._reference is None:
            raise RuntimeError("reset() comes before follow()")
        self._reference = reference

    def act(self, state: RobotState, frame: int) -> np.ndarray:
        """Joint targets (23,), radians.

        Raises:
            InputError: The network's output is not finite.
        """
        if self._reference is None:
            raise RuntimeError("reset() comes before act()")
        observation = self.observe(state, frame)[None].astype(np.float32)
        (outputs,) = self._session.run(None, {self._input: observation})
        outputs = np.asarray(outputs, dtype=np.float64)[0]
        if not np.isfinite(outputs).all():
            raise InputError(f"{self._path}: the output is not finite in frame {frame}; train or export it again.")
        clip = self.metadata.action_clip
        self._outputs = np.clip(outputs, -clip, clip)
        return joint_targets(self._outputs[:_JOINTS], self._centre, self.metadata.action_scale, clip)

    @property
    def last_action(self) -> np.ndarray:
        """Action (23,) of the step before, clipped but unscaled."""
        return self._outputs[:_JOINTS]

    def harness(self, frame: int) -> Harness | None:
        """None: nothing holds the pelvis."""
        return None

    def observe(self, state: RobotState, frame: int) -> np.ndarray:
        """Observation (D,) of a state; advances the history, so call it once per control step."""
        assert self._reference is not None
        layout, goal, noise = self.metadata.observations, self._reference.goal(frame, self.metadata.goal_steps), None
        if self._goal_noise > 0.0:
            goal = noisy_goal(goal, self._goal_offset, self._rng, self._goal_noise)
        if self._sensors is not None:
            state = self._sensors.sense(state)
        elif self._noise > 0.0:
            noise = observation_noise(layout, self._rng, self._noise)
        if self.metadata.residual_action:
            assert goal.joint_pos is not None
            self._centre = goal.joint_pos[0]
        state = replace(state, last_action=self._outputs[:_JOINTS], last_weight_logits=self._outputs[_JOINTS:])
        observation, self._history = observe(layout, state, goal, self._parameters, history=self._history, noise=noise)
        return observation
