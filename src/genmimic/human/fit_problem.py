"""State, settings and bookkeeping shared by the terms of the fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from genmimic.human import body_model
from genmimic.human.articulation import DOF_COUNT, Pose
from genmimic.human.fit_camera import camera_rot
from genmimic.human.fit_observations import BIAS_MEAN, BIASED_BONES, Observations
from genmimic.human.kinematics import step

BETAS = slice(0, 10)
PITCH, ROLL, FLOOR = 10, 11, 12
BIAS = slice(13, 13 + len(BIASED_BONES))
GLOBAL_COUNT = BIAS.stop
"""Variables of the whole clip: ten betas, the camera's pitch and roll, the floor's height below the camera, and how
much the detector exaggerates the depth of each kind of bone (`fit_observations.BIASED_BONES`)."""


@dataclass(frozen=True)
class FitState:
    """Everything the fit solves for.

    Attributes:
        pose: T frames in the camera-levelled world (origin at the camera, z up).
        betas: Body shape, (10,).
        pitch: How far the camera looks down, radians.
        roll: How far it leans to one side, radians.
        floor: Height of the floor, metres, in the same world; negative.
        bias: Depth that the detector adds to the unit direction of each kind of bone of a person who faces it.
    """

    pose: Pose
    betas: np.ndarray
    pitch: float
    roll: float
    floor: float
    bias: np.ndarray = field(default_factory=BIAS_MEAN.copy)


@dataclass(frozen=True)
class FitSettings:
    """Weights of the fit that are not tied to one degree of freedom.

    Attributes:
        height: The person's height, metres.
        pitch_mean: Expected downward pitch of the camera, radians.
        pitch_sigma: Its standard deviation; zero fixes it.
        roll_sigma: Standard deviation of the camera's roll.
        contact_speed_sigma: Speed of a planted sole, m/s.
        contact_release_speed: Speed over which a sole that was taken for planted breaks loose, m/s.
        contact_height_sigma: Height of a planted sole over the floor, metres.
        upright_sigma: Horizontal distance between body and support of a person who stands still, metres.
        trunk_sigma: Horizontal distance between shoulders and hips of an upright person, metres.
        image_scale: Factor on the landmarks' standard deviation in the image.
        bone_scale: Factor on the standard deviation of the bones' directions.
        smooth_scale: Factor on the expected accelerations.
    """

    height: float = 1.70
    pitch_mean: float = float(np.radians(3.0))
    pitch_sigma: float = float(np.radians(2.0))
    roll_sigma: float = float(np.radians(0.5))
    contact_speed_sigma: float = 0.008
    contact_release_speed: float = 0.12
    contact_height_sigma: float = 0.01
    upright_sigma: float = 0.03
    trunk_sigma: float = 0.05
    image_scale: float = 1.0
    bone_scale: float = 1.0
    smooth_scale: float = 1.0


@dataclass(frozen=True)
class FitProblem:
    """One clip to fit.

    Attributes:
        observed: Rays, bone directions and weights.
        contact: Probability that heel and toe of the left and the right foot are planted, (T, 4).
        settings: Weights.
        fixed: Hold shape, pitch and floor.
    """

    observed: Observations
    contact: np.ndarray
    settings: FitSettings = field(default_factory=FitSettings)
    fixed: bool = False


@dataclass
class NormalEquations:
    """Gauss-Newton's linear system: block tridiagonal in the frames, with a border of clip-wide variables.

    Attributes:
        diagonal: (T, D, D).
        lower: (T - 1, D, D), rows of frame t + 1 by columns of frame t.
        second_lower: (T - 2, D), diagonal of the blocks of frame t + 2 by frame t.
        border: (T, D, G).
        corner: (G, G).
        gradient: (T, D).
        border_gradient: (G,).
    """

    diagonal: np.ndarray
    lower: np.ndarray
    second_lower: np.ndarray
    border: np.ndarray
    corner: np.ndarray
    gradient: np.ndarray
    border_gradient: np.ndarray

    @classmethod
    def zeros(cls, frames: int) -> NormalEquations:
        """An empty system for a clip of `frames` frames."""
        d, g = DOF_COUNT, GLOBAL_COUNT
        return cls(
            np.zeros((frames, d, d)),
            np.zeros((max(frames - 1, 0), d, d)),
            np.zeros((max(frames - 2, 0), d)),
            np.zeros((frames, d, g)),
            np.zeros((g, g)),
            np.zeros((frames, d)),
            np.zeros(g),
        )

    def add(self, residual: np.ndarray, jacobian: np.ndarray, border: np.ndarray | None, weight: np.ndarray) -> None:
        """Add residuals (T, M) with Jacobians (T, M, D) and (T, M, G) or None, and weights (T, M)."""
        weighted = np.swapaxes(jacobian * weight[..., None], 1, 2)
        self.diagonal += weighted @ jacobian
        self.gradient += (weighted @ residual[..., None])[..., 0]
        if border is not None:
            flat = border.reshape(-1, border.shape[-1])
            flat_weighted = flat * weight.reshape(-1, 1)
            self.border += weighted @ border
            self.corner += flat_weighted.T @ flat
            self.border_gradient += flat_weighted.T @ residual.reshape(-1)


def cauchy(squared: np.ndarray, width: float) -> np.ndarray:
    """Weights of iteratively reweighted least squares for Cauchy's loss, from squared residuals in sigmas."""
    return 1.0 / (1.0 + squared / width**2)


def moved(state: FitState, delta: np.ndarray, border_delta: np.ndarray) -> FitState:
    """The state after a step (T, 44) of the pose and (G,) of the clip-wide variables."""
    return replace(
        state,
        pose=step(state.pose, delta),
        betas=state.betas + border_delta[BETAS],
        pitch=state.pitch + float(border_delta[PITCH]),
        roll=state.roll + float(border_delta[ROLL]),
        floor=state.floor + float(border_delta[FLOOR]),
        bias=state.bias + border_delta[BIAS],
    )


def camera_rot_of(state: FitState) -> np.ndarray:
    """Rotation (3, 3) from the state's world to the first frame's camera axes."""
    return camera_rot(state.pitch, state.roll)


def body_scale(height: float) -> float:
    """Size of a body relative to the one on which the landmarks' places are given."""
    from genmimic.human.landmark_points import REFERENCE_HEIGHT

    return height / REFERENCE_HEIGHT


def offsets_of(state: FitState) -> np.ndarray:
    """Rest offsets (22, 3) of the state's body, metres."""
    return body_model.bone_offsets(state.betas)
