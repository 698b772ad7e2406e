"""Settings of the retargeter: what each task is worth, and where the quality filter draws its lines."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TaskScales:
    """The error of each task that costs as much as one unit: smaller is stricter.

    Lengths in metres, angles in radians, accelerations per second squared.
    """

    hips_pos: float = 0.03
    knee_pos: float = 0.10
    foot_height_stance: float = 0.003
    foot_slide_stance: float = 0.003
    foot_tilt_stance: float = 0.015
    foot_yaw_stance: float = 0.02
    foot_pos_swing: float = 0.015
    foot_rot_swing: float = 0.15
    elbow_pos: float = 0.06
    hand_pos: float = 0.02
    pelvis_rot: float = 0.15
    torso_rot: float = 0.10
    thumb_direction: float = 0.4
    posture: float = 1.5
    floor: float = 0.002
    collision: float = 0.003
    balance: float = 0.008
    joint_acc: float = 40.0
    root_acc: float = 8.0
    root_ang_acc: float = 20.0


@dataclass(frozen=True)
class StanceConfig:
    """How a foot that stands on the floor is told from one that does not."""

    speed: float = 0.30
    """Ankle speed at which the evidence is even, m/s, of a person."""
    height: float = 0.045
    """Height of the ankle above its level in standing at which the evidence is even, m."""
    shortest: float = 0.10
    """Stances shorter than this are dropped and gaps half as long are closed, seconds."""
    foothold_drift: float = 0.06
    """A foothold that moves farther than this within one stance is split into two, m."""
    foothold_turn: float = 0.35
    """The same for its heading, rad."""


@dataclass(frozen=True)
class QualityThresholds:
    """A motion is feasible when every measure stays on the good side of its threshold."""

    hand_error: float = 0.10
    """Mean distance of the hands from their targets relative to the shoulders, m."""
    foot_error: float = 0.06
    """Mean distance of the ankles from their targets in the world, m."""
    limit_share: float = 0.25
    """Share of frames in which some joint other than a knee or elbow lies within 0.01 rad of its limit."""
    foot_slip: float = 0.05
    """Mean speed of the sole in stance, m/s."""
    sole_error: float = 0.01
    """95th percentile of the height of the sole above or below the floor in stance, m."""
    penetration: float = 0.02
    """Deepest point of the robot below the floor, m."""
    joint_speed_share: float = 0.02
    """Share of frames in which some joint exceeds its speed limit."""
    joint_acc: float = 150.0
    """99th percentile of the joint accelerations, rad/s^2."""
    unbalanced_share: float = 0.15
    """Share of the frames in which the robot rests and its centre of mass lies outside the support polygon."""
    self_collision: float = 0.02
    """Deepest penetration of two of the robot's own links, 99th percentile over frames, m."""
    tilt: float = 1.4
    """Largest inclination of the trunk from the vertical, rad."""
    flight_time: float = 0.6
    """Longest time with both feet off the floor, seconds; a jump of 0.4 m takes it."""


@dataclass(frozen=True)
class RetargetConfig:
    """Settings of `retarget`.

    Attributes:
        fps: Frame rate of the solution and of the reference motion; the human is resampled to it first. Unitree's
            CSV files have 30 Hz.
        coarse_stride: Every how many frames the coarse first pass solves.
        coarse_iterations: Gauss-Newton steps of the coarse pass.
        iterations: Gauss-Newton steps at full rate.
        chunk_frames: Frames solved together; bounds the memory.
        overlap_frames: Frames that neighbouring chunks share.
        limit_margin: Distance kept from the joint limits, rad.
        smallest_knee: Smallest knee flexion, rad; a stretched leg is singular and cannot absorb a step.
        collision_margin: Distance kept between the robot's own links, m.
        palm_fraction: Distance from the wrist to the palm as a share of the person's forearm.
        scales: Error of each task that costs one unit.
        stance: Stance detection.
        thresholds: Quality filter.
    """

    fps: float = 30.0
    coarse_stride: int = 3
    coarse_iterations: int = 16
    iterations: int = 8
    chunk_frames: int = 300
    overlap_frames: int = 24
    limit_margin: float = 0.02
    smallest_knee: float = 0.05
    collision_margin: float = 0.01
    palm_fraction: float = 0.3
    scales: TaskScales = field(default_factory=TaskScales)
    stance: StanceConfig = field(default_factory=StanceConfig)
    thresholds: QualityThresholds = field(default_factory=QualityThresholds)
