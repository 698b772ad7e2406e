"""Errors of a reconstructed robot reference against the true one, clip by clip, in the noise model's coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.motion.files import load_arrays
from genmimic.motion.resample import interpolate_linear, interpolate_quat
from genmimic.retarget.jacobian import Configuration, Kinematics, PointSet, rotation_jacobian
from genmimic.robot.constants import HAND_OFFSET, HEAD_OFFSET, JOINT_LOWER, JOINT_UPPER
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES, JOINT_NAMES

START = 0.25
"""Both are made to coincide in x, y and yaw on average over the first so many seconds."""
TRAVEL = 0.5
"""A person who gets this far from the start has a path whose scale can be told, metres."""
POINT_SCALE, ROTATION_SCALE, JOINT_SCALE = 0.02, 0.3, 0.3
"""Errors of keypoints (m), hands' and feet's orientations and joints (rad) that cost the same in `observable`."""
_POINTS = PointSet.of(
    [(name, (0.0, 0.0, 0.0)) for name in BODY_NAMES]
    + [("torso_link", tuple(HEAD_OFFSET))]
    + [(f"{side}_wrist_roll_link", tuple(HAND_OFFSET)) for side in ("left", "right")]
)
_ENDS = np.array([BODY_NAMES.index(f"{s}_{n}_link") for n in ("ankle_roll", "wrist_roll") for s in ("left", "right")])
_DAMPED = np.array([0.0 if "wrist" in name else 1.0 for name in JOINT_NAMES])


@dataclass(frozen=True)
class Pair:
    """One clip at 50 Hz: T frames that both references cover, the noisy one turned and moved onto the true one's start.

    Attributes:
        name: Of the take.
        content: What is done.
        view, move: Of the camera.
        azimuth: Direction of the camera seen from the origin, radians from +x, the true first heading.
        clean: Root position (T, 3), root orientation (T, 4) and joints (T, 23) of the true motion's reference.
        noisy: The same of the reconstruction's.
        stance: Which foot stands in truth, (T, 2) bool.
        noisy_stance: Which foot is meant to stand in the noisy reference.
        notes: Figures of stage 1.
    """

    name: str
    content: str
    view: str
    move: str
    azimuth: float
    clean: tuple[np.ndarray, np.ndarray, np.ndarray]
    noisy: tuple[np.ndarray, np.ndarray, np.ndarray]
    stance: np.ndarray
    noisy_stance: np.ndarray
    notes: dict[str, float]


def load_pairs(cache: Path) -> tuple[list[Pair], dict[str, str]]:
    """All clips of the cache, and those that stage 1 refused with its reason."""
    pairs, lost = [], {}
    for path in sorted(cache.glob("[!.]*.pair.npz")):
        name = path.name.removesuffix(".pair.npz")
        data = load_arrays(path)
        if str(data["lost"]):
            lost[name] = str(data["lost"])
        else:
            pairs.append(_pair(name, data, load_arrays(cache / f"{name}.truth.npz")))
    return pairs, lost


def _pair(name: str, data: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> Pair:
    fps = float(data["fps"])
    own = float(data["start"]) + np.arange(len(data["noisy_root_pos_w"])) / fps
    time = np.arange(len(data["clean_root_pos_w"])) / fps
    both = (time >= own[0] - 1e-9) & (time <= own[-1] + 1e-9)
    clean = tuple(data[f"clean_{key}"][both] for key in ("root_pos_w", "root_quat_w", "joint_pos"))
    pos = interpolate_linear(own, data["noisy_root_pos_w"], time[both])
    quat = interpolate_quat(own, data["noisy_root_quat_w"], time[both])
    joints = interpolate_linear(own, data["noisy_joint_pos"], time[both])
    noisy_stance = interpolate_linear(own, data["noisy_foot_contact"], time[both]) > 0.5
    first = max(1, round(START * fps))
    yaw = float(_mean_angle(_yaw(clean[1][:first]) - _yaw(quat[:first])))
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
    pos, quat = rotation.rotate(np.broadcast_to(turn, quat.shape), pos), rotation.multiply(turn[None], quat)
    pos[:, :2] += (clean[0][:first, :2] - pos[:first, :2]).mean(0)
    keys = (
        "sides_exchanged_frames",
        "undetected_share",
        "stature",
        "seen_fps",
        "reprojection",
        "noisy_score",
        "clean_score",
    )
    return Pair(
        name=name,
        content=str(truth["camera_content"]),
        view=str(truth["camera_view"]),
        move=str(truth["camera_move"]),
        azimuth=float(truth["camera_azimuth"]),
        clean=clean,  # type: ignore[arg-type]
        noisy=(pos, quat, joints),
        stance=data["clean_foot_contact"][both] > 0.5,
        noisy_stance=noisy_stance,
        notes={key: float(data[key]) for key in keys if key in data},
    )


def observable(pair: Pair, rounds: int = 12) -> np.ndarray:
    """Joints (T, 23) that show the noisy keypoints, hands and feet and otherwise stay with the true joints.

    Some errors of joints cannot be seen: a straight arm hides how its roll is shared by shoulder and wrist. Carried
    over to another pose they would move the hand by what no reconstruction ever got wrong. So the noisy keypoints are
    fitted by damped Gauss-Newton from the true joints, and what remains of the joints' errors is what shows.
    """
    pos, quat, joints = pair.noisy
    wanted = forward_kinematics(pos, quat, joints)
    lower, upper = np.minimum(JOINT_LOWER, joints.min(0)), np.maximum(JOINT_UPPER, joints.max(0))
    now = Configuration(pos, quat, pair.clean[2])
    damping = np.diag(_DAMPED / JOINT_SCALE**2 + 1e-6)
    for _ in range(rounds):
        kinematics = Kinematics.of(now)
        jac_p = _POINTS.jacobian(kinematics, kinematics.keypoint_pos)[:, 6:].reshape(len(pos), len(JOINT_NAMES), -1)
        jac_r = rotation_jacobian(kinematics, _ENDS)[:, 6:].reshape(len(pos), len(JOINT_NAMES), -1)
        off_p = (wanted[0] - kinematics.keypoint_pos).reshape(len(pos), -1)
        turn = rotation.multiply(wanted[1][:, _ENDS], rotation.conjugate(kinematics.body_quat[:, _ENDS]))
        off_r = rotation.to_axis_angle(turn).reshape(len(pos), -1)
        jac = np.concatenate([jac_p / POINT_SCALE, jac_r / ROTATION_SCALE], axis=2)
        off = np.concatenate([off_p / POINT_SCALE, off_r / ROTATION_SCALE], axis=1)
        back = (pair.clean[2] - now.joint_pos) @ damping
        normal = jac @ np.swapaxes(jac, 1, 2) + damping
        step = np.linalg.solve(normal, (jac @ off[..., None])[..., 0][..., None] + back[..., None])[..., 0]
        step *= np.minimum(1.0, 0.5 / np.maximum(np.abs(step).max(1, keepdims=True), 1e-9))
        now = now.moved(np.concatenate([np.zeros((len(pos), 6)), step], axis=1), lower, upper)
    return now.joint_pos


def path_error(pair: Pair) -> tuple[float, float] | None:
    """Scale and turn (radians) of the noisy path about its start, by least squares; None where the person stays."""
    true, noisy = (p[:, :2] - p[0, :2] for p in (pair.clean[0], pair.noisy[0]))
    if np.linalg.norm(true, axis=1).max() < TRAVEL:
        return None
    true, noisy = true @ [1.0, 1.0j], noisy @ [1.0, 1.0j]
    factor = (true.conj() * noisy).sum() / (np.abs(true) ** 2).sum()
    return float(np.abs(factor)), float(np.angle(factor))


def residual(pair: Pair) -> np.ndarray:
    """Errors (T, 29): root position (3) and rotation vector (3) in the true heading frame, `observable` joints (23).

    Of the position's, what the path's scale and turn explain is taken away.
    """
    (pos, quat, joints), (noisy_pos, noisy_quat, _) = pair.clean, pair.noisy
    noisy_joints = observable(pair)
    heading = rotation.heading(quat)
    scale, turn = path_error(pair) or (1.0, 0.0)
    bent = scale * np.exp(1.0j * turn) * ((pos[:, :2] - pos[0, :2]) @ [1.0, 1.0j])
    expected = np.column_stack([pos[0, 0] + bent.real, pos[0, 1] + bent.imag, pos[:, 2]])
    shift = rotation.rotate_inverse(heading, noisy_pos - expected)
    turn_w = rotation.multiply(noisy_quat, rotation.conjugate(quat))
    rotvec = rotation.rotate_inverse(heading, rotation.to_axis_angle(turn_w))
    return np.concatenate([shift, rotvec, noisy_joints - joints], axis=1)


def keypoint_errors_h(pair: Pair) -> np.ndarray:
    """Errors (T, 27, 3) of the keypoints, each relative to its own pelvis' heading frame; heights absolute."""
    out = []
    for pos, quat, joints in (pair.noisy, pair.clean):
        keypoints, _ = forward_kinematics(pos, quat, joints)
        flat = pos * [1.0, 1.0, 0.0]
        out.append(rotation.rotate_inverse(rotation.heading(quat)[:, None], keypoints - flat[:, None]))
    return out[0] - out[1]


def _yaw(quat: np.ndarray) -> np.ndarray:
    half = rotation.heading(quat)
    return 2.0 * np.arctan2(half[:, 3], half[:, 0])


def _mean_angle(angles: np.ndarray) -> np.ndarray:
    return np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())
