"""Figures of corrupted references, the same for measured and generated corruption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from noise_errors import Pair, keypoint_errors_h

from genmimic import rotation
from genmimic.retarget.collision import find_contacts
from genmimic.retarget.jacobian import Configuration, Kinematics
from genmimic.robot.kinematics import forward_kinematics
from genmimic.robot.names import BODY_NAMES, FOOT_NAMES, KEYPOINT_NAMES, mirrored_name

FPS = 50.0
_FEET = [BODY_NAMES.index(name) for name in FOOT_NAMES]
LEGS, ARMS = slice(0, 12), slice(13, 23)


def summary(pairs: Sequence[Pair]) -> dict[str, str]:
    """Named figures, with units, as text."""
    errors = [keypoint_errors_h(p) for p in pairs]
    size = [np.linalg.norm(e, axis=-1) for e in errors]
    per_clip = 100 * np.quantile([s.mean() for s in size], [0.1, 0.5, 0.9])
    rate = np.sqrt(np.mean([np.mean(np.gradient(e, 1 / FPS, axis=0) ** 2) for e in errors]) * 3)
    feet = [feet_figures(p) for p in pairs]
    height = np.concatenate([f[0] for f in feet])
    slide = np.concatenate([f[1] for f in feet])
    slides = 100 * np.array([slide.mean(), *np.quantile(slide, [0.5, 0.9])])
    legs, arms = (np.degrees(acceleration([p.noisy[2][:, part] for p in pairs])) for part in (LEGS, ARMS))
    drift = [root_drift(p) for p in pairs if travels(p)]
    still = [root_drift(p) for p in pairs if not travels(p)]
    return {
        "keypoints in the heading frame, mean, cm": f"{100 * np.mean([s.mean() for s in size]):.1f}",
        "the same per clip, 10 / 50 / 90 %, cm": " / ".join(f"{v:.1f}" for v in per_clip),
        "hands, mean, cm": f"{100 * np.mean([s[:, -2:].mean() for s in size]):.1f}",
        "how fast a keypoint's error changes, rms, cm/s": f"{100 * rate:.0f}",
        "time in which it falls to 1/e, s": f"{correlation_time(errors):.2f}",
        "pelvis tilt error, rms, degrees": f"{np.degrees(tilt_error(pairs)):.1f}",
        "standing foot too high, mean and s.d., cm": f"{100 * height.mean():+.1f}, {100 * height.std():.1f}",
        "standing feet slide, mean / 50 / 90 %, cm/s": " / ".join(f"{v:.1f}" for v in slides),
        "links overlap by over 1 cm, share of frames, %": f"{100 * overlapping(pairs):.1f}",
        "pelvis off its path, who stays: s.d. after 1 / 3 s, cm": _drifts(still),
        "pelvis off its path, who travels: s.d. after 1 / 3 s, cm": _drifts(drift),
        "acceleration of legs / arms, rms, 1000 degrees/s^2": f"{legs / 1000:.1f} / {arms / 1000:.1f}",
    }


def travels(pair: Pair) -> bool:
    """Whether the true pelvis gets half a metre away from its start."""
    return bool(np.linalg.norm(pair.clean[0][:, :2] - pair.clean[0][0, :2], axis=1).max() > 0.5)


def root_drift(pair: Pair) -> np.ndarray:
    """Horizontal error (T, 2) of the pelvis in the world, starts laid onto one another."""
    error = (pair.noisy[0] - pair.clean[0])[:, :2]
    return error - error[0]


def camera_axes(pair: Pair) -> np.ndarray:
    """Horizontal error (T, 2) of the pelvis towards the camera and across."""
    c, s = np.cos(pair.azimuth), np.sin(pair.azimuth)
    return root_drift(pair) @ np.array([[c, -s], [s, c]])


def feet_figures(pair: Pair) -> tuple[np.ndarray, np.ndarray]:
    """Height errors of standing feet, metres, and their horizontal speeds, m/s."""
    true, noisy = (forward_kinematics(*pose)[0][:, _FEET] for pose in (pair.clean, pair.noisy))
    both = pair.stance[1:] & pair.stance[:-1]
    speed = np.linalg.norm(np.diff(noisy[..., :2], axis=0), axis=-1) * FPS
    return (noisy - true)[..., 2][pair.stance], speed[both]


def tilt_error(pairs: Sequence[Pair]) -> float:
    """Root mean square angle between the true and the noisy pelvis' vertical, radians."""
    up = np.array([0.0, 0.0, 1.0])
    cosines = [(rotation.rotate(p.clean[1], up) * rotation.rotate(p.noisy[1], up)).sum(-1) for p in pairs]
    return float(np.sqrt(np.mean(np.arccos(np.clip(np.concatenate(cosines), -1, 1)) ** 2)))


def overlapping(pairs: Sequence[Pair]) -> float:
    """Share of the frames in which links of the noisy reference overlap by more than a centimetre."""
    share = []
    for pair in pairs:
        contacts = find_contacts(Kinematics.of(Configuration(*pair.noisy)), -0.01)
        share.append(len(np.unique(contacts.frame)) / len(pair.stance))
    return float(np.mean(share))


def acceleration(angles: Sequence[np.ndarray]) -> float:
    """Root mean square second difference of arrays (T, ...), per second squared."""
    return float(np.sqrt(np.mean(np.concatenate([np.diff(a, n=2, axis=0) ** 2 for a in angles])))) * FPS**2


def correlation_time(errors: Sequence[np.ndarray]) -> float:
    """When the correlation of errors (T, 27, 3), each clip's mean taken away, falls to 1/e, seconds."""
    for lag in range(1, 100):
        product = square = 0.0
        for error in errors:
            moving = error - error.mean(0)
            if len(moving) > lag:
                product += (moving[lag:] * moving[:-lag]).sum() / (len(moving) - lag)
                square += (moving**2).sum() / len(moving)
        if product < square / np.e:
            return lag / FPS
    return float("nan")


def keypoint_table(pairs: Sequence[Pair]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of the keypoints of the left side and the middle, their bias (K, 3) and standard deviation (K, 3).

    In metres, in the heading frame, left and right pooled.
    """
    errors = np.concatenate([keypoint_errors_h(p) for p in pairs])
    names, bias, spread = [], [], []
    for number, name in enumerate(KEYPOINT_NAMES):
        if name.startswith("right_"):
            continue
        both = [errors[:, number]]
        if mirrored_name(name) != name:
            both.append(errors[:, KEYPOINT_NAMES.index(mirrored_name(name))] * [1.0, -1.0, 1.0])
        pooled = np.concatenate(both)
        names.append(name.removeprefix("left_").removesuffix("_link"))
        bias.append(pooled.mean(0))
        spread.append(pooled.std(0))
    return names, np.array(bias), np.array(spread)


def _drifts(errors: Sequence[np.ndarray]) -> str:
    if not errors:
        return "-"
    parts = []
    for seconds in (1.0, 3.0):
        at = round(seconds * FPS)
        ends = np.array([e[at] for e in errors if len(e) > at])
        parts.append(f"{100 * np.sqrt((ends**2).mean()):.1f}")
    return " / ".join(parts)
