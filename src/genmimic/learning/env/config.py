"""Everything that defines the training task: two equal configurations are the same MDP. Stored in checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from genmimic.errors import InputError
from genmimic.learning.env.sampler import SamplerConfig
from genmimic.learning.records import from_json, to_json
from genmimic.robot.constants import ACTION_CLIP, ACTION_SCALE
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.batch_config import BatchWorldConfig
from genmimic.sim.world import CONTROL_HZ
from genmimic.tracking import rewards, termination_rules
from genmimic.tracking.estimated import hidden_terms
from genmimic.tracking.observations import TEACHER, Layout, layout_size
from genmimic.tracking.randomization import Randomization
from genmimic.tracking.rewards import RewardConfig
from genmimic.tracking.sensor_noise import SensorNoise
from genmimic.tracking.termination_rules import TerminationRules
from genmimic.tracking.terms import GOAL_FUTURE, LATER_STEPS


@dataclass(frozen=True)
class VideoNoise:
    """The measured noise of generated video (`motion.noise`) on the goals that the policy sees.

    Attributes:
        severity: Each world draws its own between 0 and this at reset; 1 is as measured, 0 switches the noise off.
        tracks: Tracks in the bank that is drawn once.
        seconds: Length of each.
        bend_paths: Also scale and turn whole paths. A policy cannot know that a path is bent, so following its goals
            would be punished; the other errors stay where they are, these grow with the way.
        seed: Of the bank.
    """

    severity: float = 1.0
    tracks: int = 512
    seconds: float = 30.0
    bend_paths: bool = False
    seed: int = 0


@dataclass(frozen=True)
class StartNoise:
    """How far an episode's first state is off its reference; standard deviations.

    Attributes:
        joint_pos: Radians.
        joint_vel: rad/s.
        root_pos: Metres, each axis.
        root_rot: Radians, about each axis.
        root_lin_vel: m/s.
        root_ang_vel: rad/s.
    """

    joint_pos: float = 0.05
    joint_vel: float = 0.2
    root_pos: float = 0.0
    root_rot: float = 0.0
    root_lin_vel: float = 0.1
    root_ang_vel: float = 0.1


@dataclass(frozen=True)
class Evaluation:
    """Each world plays one clip from its first frame; nobody is pushed, and at its end the last frame stays.

    Attributes:
        resets: Start the clip again after a failure; otherwise failures are only reported (metrics of kind -NT).
    """

    resets: bool = False


@dataclass(frozen=True)
class EnvConfig:
    """The environment.

    Attributes:
        actor: What the policy observes: terms and steps. The goal's kind, keypoints or joints, is chosen here.
        critic: What the critic observes, without noise.
        goal_steps: Control steps ahead of the frames in the goal.
        sensors: The policy observes the state that it estimates itself from sensors with this noise, which takes the
            place of the noise on its observations; None for the simulator's state.
        believed_goals: The critic's goals are as far away as the robot takes them to be (`goals.believed_goal`): a
            teacher that is asked there answers to what its student can see.
        reward: Terms, weights, sigmas; also whether keypoints are weighted by table, uniformly or by the policy.
        randomization: Table 8.
        video_noise: The measured noise on the goals.
        terminations: When an episode fails.
        start: Noise on an episode's first state.
        sampler: Where episodes start.
        episode_seconds: An episode ends here without failure.
        transitions: At a clip's end go on to another without a reset; otherwise the episode ends there.
        residual_action: Actions are around the goal's joint positions instead of the default pose.
        action_scale: Radians per unit of action.
        action_clip: Largest action.
        evaluation: Evaluate instead of train; None to train.
        physics: Number of worlds and the simulator's settings.

    Raises:
        InputError: The parts do not fit together.
    """

    actor: Layout = TEACHER
    critic: Layout = TEACHER
    goal_steps: tuple[int, ...] = (1,)
    sensors: SensorNoise | None = None
    believed_goals: bool = False
    reward: RewardConfig = rewards.TUNED
    randomization: Randomization = field(default_factory=lambda: Randomization(goal_noise=0.01))
    video_noise: VideoNoise = VideoNoise()
    terminations: TerminationRules = termination_rules.PAPER
    start: StartNoise = StartNoise()
    sampler: SamplerConfig = field(default_factory=SamplerConfig)
    episode_seconds: float = 10.0
    transitions: bool = True
    residual_action: bool = False
    action_scale: float = ACTION_SCALE
    action_clip: float = ACTION_CLIP
    evaluation: Evaluation | None = None
    physics: BatchWorldConfig = field(default_factory=lambda: BatchWorldConfig(worlds=4096))

    def __post_init__(self) -> None:
        for name in ("actor", "critic"):
            try:
                layout_size(getattr(self, name))
            except KeyError as error:
                raise InputError(f"environment: {name}: {error.args[0]}.") from error
        names = {name for name, _ in (*self.actor, *self.critic)}
        if not self.goal_steps or self.goal_steps[0] != 1 or list(self.goal_steps) != sorted(set(self.goal_steps)):
            raise InputError(f"environment: goal_steps {self.goal_steps} must rise from 1.")
        if "future_keypoint_pos" in names and self.goal_steps[: len(GOAL_FUTURE)] != GOAL_FUTURE:
            raise InputError(f"environment: 'future_keypoint_pos' needs the goal_steps 1 to {len(GOAL_FUTURE)}.")
        if "later_keypoint_diff" in names and not set(LATER_STEPS) <= set(self.goal_steps):
            raise InputError(f"environment: 'later_keypoint_diff' needs the goal_steps {LATER_STEPS}.")
        if "last_weight_logits" in names and self.reward.weights != "learned":
            raise InputError("environment: 'last_weight_logits' needs a reward with learned weights.")
        hidden = () if self.sensors is None else hidden_terms(self.actor, estimated=True)
        if hidden:
            raise InputError(f"environment: sensors tell nothing of {list(hidden)}; take them from 'actor'.")
        if self.believed_goals and self.sensors is None:
            raise InputError("environment: 'believed_goals' needs 'sensors': without them the robot knows where it is.")
        if self.episode_steps < 2:
            raise InputError(f"environment: an episode of {self.episode_seconds} s is shorter than two control steps.")

    @property
    def actions(self) -> int:
        """Outputs of the policy: joints, and the keypoints' weights where it chooses them."""
        return len(JOINT_NAMES) + (len(KEYPOINT_NAMES) if self.reward.weights == "learned" else 0)

    @property
    def episode_steps(self) -> int:
        """Control steps of a full episode."""
        return round(self.episode_seconds * CONTROL_HZ)

    @property
    def worlds(self) -> int:
        """Number of worlds N."""
        return self.physics.worlds

    def with_worlds(self, worlds: int) -> EnvConfig:
        """Return the same task with another number of worlds."""
        return replace(self, physics=replace(self.physics, worlds=worlds))

    def evaluating(self, *, resets: bool = False) -> EnvConfig:
        """Return the same task for evaluation, without pushes; all other randomization stays as it is."""
        calm = replace(self.randomization, push_velocity=(0.0,) * 6)
        return replace(self, evaluation=Evaluation(resets), randomization=calm)

    def to_json(self) -> str:
        """The whole configuration as a JSON object."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> EnvConfig:
        """Read what `to_json` wrote; settings that are missing keep their defaults.

        Raises:
            InputError: It is not a JSON object of known settings.
        """
        return from_json(cls, text, "environment")
