"""Stage 1a: a video in, the person's motion in a gravity-aligned world out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from genmimic.errors import InputError
from genmimic.human import body_model
from genmimic.human.background import NOMINAL_FOCAL
from genmimic.human.camera_motion import CameraMotion
from genmimic.human.confidence import joint_confidence
from genmimic.human.evidence import Reconstruction, VideoEvidence, load_reconstruction, save_reconstruction
from genmimic.human.fit import Fit, fit_clip
from genmimic.human.fit_camera import CameraTrack
from genmimic.human.fit_observations import Observations, make_observations
from genmimic.human.fit_problem import FitSettings, body_scale, camera_rot_of, offsets_of
from genmimic.human.fit_terms import attached
from genmimic.human.kinematics import forward
from genmimic.human.landmark_points import LANDMARK_POINTS
from genmimic.human.landmarks import Landmarks
from genmimic.human.observe import observe
from genmimic.human.rotation_zoom import decompose_homographies
from genmimic.human.swaps import undo_swaps
from genmimic.human.video import Video, open_video
from genmimic.human.world_frame import place
from genmimic.motion.human_motion import HumanMotion

__all__ = [
    "ReconstructConfig",
    "Reconstruction",
    "VideoEvidence",
    "load_reconstruction",
    "reconstruct",
    "reconstruct_landmarks",
    "save_reconstruction",
]

DEFAULT_HEIGHT = 1.70
"""Height in metres of a person of whom nothing is known."""

_OUTSIDE_TRUST = 0.05  # landmarks beyond the picture's edge are the network's guess
_FIT_SHARE = 0.25  # of the progress bar


@dataclass(frozen=True)
class ReconstructConfig:
    """Settings of stage 1a.

    Attributes:
        start: Seconds into the video at which to begin; None for its beginning.
        end: Seconds into the video at which to stop; None for its end.
        crop: Rectangle (x, y, w, h) of the upright picture to use, pixels; None for all of it.
        fps: Frames per second of the content without its repeats; None finds it.
        person: Which person, 1 the longest and largest track; None for that one.
        height: The person's height, metres; None assumes `DEFAULT_HEIGHT`. All lengths scale with it.
        focal_px: Focal length in pixels of the frames used; None assumes 1.1 long sides (49 degrees of view).
        pitch: How far the camera looks down, radians; None estimates it near two degrees.
    """

    start: float | None = None
    end: float | None = None
    crop: tuple[int, int, int, int] | None = None
    fps: float | None = None
    person: int | None = None
    height: float | None = None
    focal_px: float | None = None
    pitch: float | None = None


def reconstruct(
    video_path: str | Path, config: ReconstructConfig | None = None, progress: Callable[[int, int], None] | None = None
) -> Reconstruction:
    """Reconstruct one person's motion from a video.

    Args:
        video_path: The file.
        config: Settings.
        progress: Called with steps done and steps in all.

    Raises:
        InputError: The file is no usable video, shows nobody, or shows the person too briefly; or a setting is absurd.
    """
    config = config or ReconstructConfig()
    _check(config)
    video = open_video(video_path, config.start, config.end, config.crop, config.fps)
    frames = len(video)
    total = round(frames * (1.0 + _FIT_SHARE))

    def seen(done: int, _: int) -> None:
        if progress is not None:
            progress(min(done, frames), total)

    def fitted(done: int, of: int) -> None:
        if progress is not None:
            progress(frames + round((total - frames) * done / of), total)

    landmarks, motion = observe(video, config.person, seen)
    result = reconstruct_landmarks(landmarks, motion, config, name=Path(video_path).stem, progress=fitted)
    evidence = replace(result.evidence, frame_index=video.source_frames)
    assumptions = {**result.human.assumptions, **_video_notes(video, config)}
    return Reconstruction(replace(result.human, source=str(Path(video_path).name), assumptions=assumptions), evidence)


def reconstruct_landmarks(
    landmarks: Landmarks,
    motion: CameraMotion | None = None,
    config: ReconstructConfig | None = None,
    name: str = "clip",
    progress: Callable[[int, int], None] | None = None,
) -> Reconstruction:
    """The part of stage 1a after the pictures: landmarks and the camera's motion in, motion out.

    Args:
        landmarks: T frames of one person.
        motion: The camera's motion; None for a camera that stands still.
        config: Settings; those of the video are not used.
        name: Clip name.
        progress: Called with steps done and steps in all.

    Raises:
        InputError: Fewer than three frames, or an absurd setting.
    """
    config = config or ReconstructConfig()
    _check(config)
    if len(landmarks) < 3:
        raise InputError(f"{name}: has {len(landmarks)} frames; a motion needs at least a second of video.")
    fixed, swapped = undo_swaps(landmarks)
    camera = camera_track(fixed, motion, config.focal_px)
    observed = _observations(fixed, camera)
    settings = _settings(config)
    fit = fit_clip(observed, fixed.world, settings, progress)
    placed = place(fit.state, camera)
    joint_px, error_px = _reprojection(fit, fixed, camera, settings)
    height_px = np.maximum(np.ptp(joint_px[..., 1], axis=1), 1.0)
    visible = visible_weight(fixed)
    error = np.zeros(fixed.visibility.shape)
    error[:, LANDMARK_POINTS.landmark] = error_px / height_px[:, None]
    weight = visible[:, LANDMARK_POINTS.landmark] + 1e-6
    human = HumanMotion(
        name=name,
        fps=fixed.fps,
        root_pos_w=placed.root_pos_w,
        local_quat=placed.local_quat,
        offsets=offsets_of(fit.state),
        confidence=joint_confidence(visible, error, fixed.detected),
        foot_contact=foot_contact(fit.contact),
        betas=fit.state.betas,
        source="video",
        assumptions=_assumptions(config, fit, camera, motion, swapped),
    )
    evidence = VideoEvidence(
        frame_index=np.arange(len(fixed)),
        landmark_px=fixed.pixel,
        landmark_visibility=fixed.visibility,
        joint_px=joint_px,
        image_size=np.array(fixed.image_size),
        detected=fixed.detected,
        reprojection_error_px=(error_px * weight).sum(1) / weight.sum(1),
        focal_px=camera.focal_px,
        camera_pos_w=placed.camera_pos_w,
        camera_rot_cw=placed.camera_rot_cw,
        camera=_camera_summary(camera, motion),
    )
    return Reconstruction(human, evidence)


def camera_track(landmarks: Landmarks, motion: CameraMotion | None, focal_px: float | None = None) -> CameraTrack:
    """The camera of each frame, from the measured rotation and zoom; one that stands still is held still."""
    frames, size = len(landmarks), landmarks.image_size
    centre = (np.array(size, dtype=np.float64) - 1.0) / 2.0
    focal = focal_px or (NOMINAL_FOCAL * max(size) if motion is None else motion.focal_px)
    if motion is None or motion.static:
        return CameraTrack(np.full(frames, focal), np.broadcast_to(np.eye(3), (frames, 3, 3)), centre)
    rot, zoom = motion.rotation, motion.zoom
    if focal != motion.focal_px:
        rot, zoom, _ = decompose_homographies(motion.homography, focal, size)
    return CameraTrack(focal * zoom, np.swapaxes(rot, -1, -2), centre)


def visible_weight(landmarks: Landmarks) -> np.ndarray:
    """Weight (T, 33) in [0, 1] of each landmark: its visibility, next to nothing outside the picture."""
    limit = np.array(landmarks.image_size) - 1.0
    outside = ((landmarks.pixel < 0.0) | (landmarks.pixel > limit)).any(-1)
    return landmarks.visibility * np.where(outside, _OUTSIDE_TRUST, 1.0) * landmarks.detected[:, None]


def foot_contact(contact: np.ndarray) -> np.ndarray:
    """Probability (T, 2) that the left and right foot stand flat, from heel and toe (T, 4)."""
    return np.minimum(contact[:, 0::2], contact[:, 1::2])


def _check(config: ReconstructConfig) -> None:
    if config.height is not None and not 0.5 <= config.height <= 2.5:
        raise InputError(f"--height {config.height:g} is out of range: give the person's height in metres, like 1.75.")
    if config.focal_px is not None and not 10.0 < config.focal_px < np.inf:
        raise InputError(f"--focal {config.focal_px:g} is out of range: give the focal length in pixels, like 1200.")


def _settings(config: ReconstructConfig) -> FitSettings:
    settings = FitSettings(height=config.height or DEFAULT_HEIGHT)
    if config.pitch is not None:
        settings = replace(settings, pitch_mean=config.pitch, pitch_sigma=0.0)
    return settings


def _observations(landmarks: Landmarks, camera: CameraTrack) -> Observations:
    rays = camera.to_rays(landmarks.pixel)
    return make_observations(rays, camera.rot, visible_weight(landmarks), landmarks.world, landmarks.fps)


def _reprojection(
    fit: Fit, landmarks: Landmarks, camera: CameraTrack, settings: FitSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 22, 2) and the landmarks' distances from the body (T, K), pixels."""
    kin = forward(fit.state.pose, offsets_of(fit.state))
    rot = camera_rot_of(fit.state)
    points = LANDMARK_POINTS
    body = attached(kin, points.joint, body_scale(settings.height) * points.local)
    error = camera.to_pixels(body @ rot.T) - landmarks.pixel[:, points.landmark]
    return camera.to_pixels(kin.joint_pos_w @ rot.T), np.linalg.norm(error, axis=-1)


def _assumptions(
    config: ReconstructConfig, fit: Fit, camera: CameraTrack, motion: CameraMotion | None, swapped: int
) -> dict[str, str | float | bool]:
    return {
        "person_height_m": body_model.body_height(fit.state.betas),
        "person_height_given": config.height is not None,
        "focal_length_px": float(camera.focal_px[0]),
        "focal_length_given": config.focal_px is not None,
        "camera_pitch_deg": float(np.degrees(fit.state.pitch)),
        "camera_pitch_given": config.pitch is not None,
        "camera_roll_deg": float(np.degrees(fit.state.roll)),
        "camera_height_m": -fit.state.floor,
        "camera_static": bool(motion is None or motion.static),
        "floor": "level, found from the planted feet",
        "sides_exchanged_frames": float(swapped),
        "world": "floor z = 0, the person starts at x = y = 0 facing +x",
    }


def _camera_summary(camera: CameraTrack, motion: CameraMotion | None) -> dict[str, str | float | bool]:
    turn = np.degrees(np.arccos(np.clip(0.5 * (np.trace(camera.rot, axis1=1, axis2=2) - 1.0), -1.0, 1.0)))
    zoom = camera.focal_px / camera.focal_px[0]
    return {
        "static": bool(motion is None or motion.static),
        "largest_turn_deg": float(turn.max()),
        "smallest_zoom": float(zoom.min()),
        "largest_zoom": float(zoom.max()),
        "seems_to_travel": bool(motion is not None and motion.translation_suspect),
        "background_moved_px": 0.0 if motion is None else float(motion.displacement_px.max()),
    }


def _video_notes(video: Video, config: ReconstructConfig) -> dict[str, str | float | bool]:
    return {
        "fps": float(video.fps),
        "fps_given": config.fps is not None,
        "container_fps": float(video.source_fps),
        "duplicate_frames_removed": float(video.duplicates),
    }
