"""Landmarks of one person through a video."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genmimic.errors import InputError
from genmimic.human.blazepose import BLAZEPOSE_NAMES
from genmimic.human.prefetch import Progress, pictures
from genmimic.human.tracking import PeopleTracker, Track
from genmimic.human.video import Video

MIN_SECONDS = 1.0
"""Shortest time for which a person must be seen."""

MIN_SHARE = 0.3
"""Smallest share of the frames in which a person must be seen."""


@dataclass(frozen=True)
class Landmarks:
    """BlazePose landmarks of one person, frame by frame, unsmoothed.

    Frames in which the person was not found hold values interpolated from their neighbours with visibility, presence
    and score 0. Frames that repeat the picture before are interpolated, too, but count as found.

    Attributes:
        pixel: (T, 33, 2) x and y in pixels of the video's frames.
        visibility: (T, 33) probability that the landmark is in the picture and not hidden.
        presence: (T, 33) probability that the landmark is in the picture.
        world: (T, 33, 3) metres, origin between the hips; camera axes: x right, y down, z away from the camera.
        detected: (T,) whether the person was found.
        score: (T,) the network's probability that it sees a person.
        fps: Frames per second.
        image_size: Width and height of the frames, pixels.
        people: Number of people found in the video.
    """

    pixel: np.ndarray
    visibility: np.ndarray
    presence: np.ndarray
    world: np.ndarray
    detected: np.ndarray
    score: np.ndarray
    fps: float
    image_size: tuple[int, int]
    people: int = 1

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.pixel)

    names = BLAZEPOSE_NAMES
    """Names of the 33 landmarks."""


def detect_landmarks(video: Video, person: int | None = None, progress: Progress | None = None) -> Landmarks:
    """Find people in a video and return one person's landmarks.

    Args:
        video: The clip.
        person: Which person, 1 the longest and largest track, 2 the next...; None for the first.
        progress: Called with frames done and frames in all.

    Raises:
        InputError: Nobody is there, not that many people, or the person is seen too briefly.
    """
    tracker = PeopleTracker(video.fps)
    for index, image in pictures(video, progress):
        tracker.step(index, image)
    tracks = tracker.ranked()
    return assemble(choose_person(tracks, video, person), video, len(tracks))


def choose_person(tracks: list[Track], video: Video, person: int | None = None) -> Track:
    """The track of the person to follow.

    Args:
        tracks: Everybody, the longest and largest track first.
        video: For the message, and to judge the track's length.
        person: 1 for the first track, 2 for the second...; None for the first.

    Raises:
        InputError: There is nobody, not that many people, or the person is seen too briefly.
    """
    if not tracks:
        raise InputError(f"{video.path}: no person found in {len(video)} frames; use a video that shows one whole.")
    if person is not None and not 1 <= person <= len(tracks):
        raise InputError(f"{video.path}: --person {person} does not exist; {len(tracks)} found, counted from 1.")
    track = tracks[(person or 1) - 1]
    # Frames repeated in the file are looked at once, but shown as often as they stand there.
    seen = int(np.isin(video.source_frames, video.source_frames[sorted(track.poses)]).sum())
    if seen < MIN_SHARE * len(video):
        raise InputError(
            f"{video.path}: the person is found in only {seen} of {len(video)} frames; cut the video with --start and "
            "--end to the part that shows the person, or crop it."
        )
    if seen < MIN_SECONDS * video.fps - 0.5:
        raise InputError(
            f"{video.path}: shows the person for {seen / video.fps:.2f} s only; at least {MIN_SECONDS:g} s is needed."
        )
    return track


def assemble(track: Track, video: Video, people: int = 1) -> Landmarks:
    """Arrays from a track, with the gaps filled."""
    frames = len(video)
    seen = np.array(sorted(track.poses))
    repeated = np.diff(video.source_frames, prepend=-1) == 0
    source = np.maximum.accumulate(np.where(repeated, 0, np.arange(frames)))  # the frame whose picture is shown
    detected = np.isin(source, seen)

    def filled(values: list) -> np.ndarray:
        return interpolate_frames(np.array(values, dtype=np.float64), seen, frames)

    poses = [track.poses[int(frame)] for frame in seen]
    found = detected.astype(np.float64)
    return Landmarks(
        pixel=filled([pose.pixel for pose in poses]),
        visibility=filled([pose.visibility for pose in poses]) * found[:, None],
        presence=filled([pose.presence for pose in poses]) * found[:, None],
        world=filled([pose.world for pose in poses]),
        detected=detected,
        score=filled([pose.score for pose in poses]) * found,
        fps=video.fps,
        image_size=video.size,
        people=people,
    )


def interpolate_frames(values: np.ndarray, frames: np.ndarray, count: int) -> np.ndarray:
    """Values (N, ...) known at the increasing `frames` (N,), linear in between and constant outside, at 0..count-1."""
    at = np.interp(np.arange(count), frames, np.arange(len(frames)))
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(frames) - 1)
    part = (at - low).reshape(-1, *[1] * (values.ndim - 1))
    return values[low] * (1.0 - part) + values[high] * part
