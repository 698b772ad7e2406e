"""Following people through a video: every person has a track of his own, and no track passes from one to another."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import numpy as np

from genmimic.human.blazepose import Detection, Pose, PoseDetector, PoseLandmarker
from genmimic.human.roi import Roi

MIN_SCORE = 0.5
"""Probability of a person in the square below which a track is lost (MediaPipe's threshold)."""

MAX_PEOPLE = 4
"""People followed at a time; each costs a run of the landmark network per frame."""

_TORSO = [11, 12, 23, 24]  # shoulders and hips
_SAME_CENTRE = 0.15  # of the square's side, about 0.3 m: nearer hips are one person, unless the landmarks differ
_SAME_TORSO = 0.08  # of the square's side: nearer torsos are one person
_MAX_ABSENCE = 2.0  # seconds after which a lost person who comes back is somebody new


@dataclass
class Track:
    """One person through the video.

    Attributes:
        poses: Frame number to landmarks, for the frames in which the person was seen.
        lost: Whether the person was not seen in the latest frame.
    """

    poses: dict[int, Pose] = field(default_factory=dict)
    lost: bool = False

    @property
    def last_frame(self) -> int:
        """Latest frame in which the person was seen."""
        return max(self.poses)

    @property
    def roi(self) -> Roi:
        """Square in which to look for the person next."""
        return self.poses[self.last_frame].next_roi

    @property
    def weight(self) -> float:
        """Sum over the frames of the person's size in pixels: the longest, largest track has the most."""
        return float(sum(pose.next_roi.size for pose in self.poses.values()))

    def surprise(self, frame: int) -> float:
        """How far the torso in `frame` is from where it was before, relative to the person's size."""
        before = [f for f in self.poses if f < frame]
        if not before:
            return np.inf
        pose, last = self.poses[frame], self.poses[max(before)]
        return _torso_distance(pose, last) / pose.next_roi.size


class PeopleTracker:
    """Feeds on the frames of a video one after the other and collects a `Track` for each person."""

    def __init__(self, fps: float, threads: int | None = None) -> None:
        threads = threads or min(2, os.cpu_count() or 1)
        self._detector = PoseDetector(threads)
        self._landmarker = PoseLandmarker(threads)
        self._fps = fps
        self.tracks: list[Track] = []

    def step(self, frame: int, image: np.ndarray) -> list[Pose]:
        """Look for everybody in frame number `frame`, RGB (H, W, 3); returns the people seen in it."""
        active = [track for track in self.tracks if not track.lost]
        for track in active:
            pose = self._landmarker(image, track.roi)
            track.lost = pose.score < MIN_SCORE or not _in_picture(pose.next_roi, image)
            if not track.lost:
                track.poses[frame] = pose
        self._part_merged(frame)
        if self._time_to_detect(frame):
            for detection in self._detector(image)[:MAX_PEOPLE]:
                self._welcome(frame, image, detection)
        return [track.poses[frame] for track in self.tracks if frame in track.poses]

    def ranked(self) -> list[Track]:
        """Tracks, the longest and largest first."""
        return sorted(self.tracks, key=lambda track: -track.weight)

    def _time_to_detect(self, frame: int) -> bool:
        active = [track for track in self.tracks if not track.lost]
        missing = [track for track in self.tracks if track.lost and self._absence(track, frame) < _MAX_ABSENCE]
        interval = 0.25 if missing else 1.0
        return not active or frame % max(1, round(interval * self._fps)) == 0

    def _absence(self, track: Track, frame: int) -> float:
        return (frame - track.last_frame) / self._fps

    def _welcome(self, frame: int, image: np.ndarray, detection: Detection) -> None:
        """Give a detected person to the track that lost him, or to a new one; ignore people already followed."""
        present = [track.poses[frame] for track in self.tracks if frame in track.poses]
        if len(present) >= MAX_PEOPLE or any(_same_place(detection.roi, pose.next_roi) for pose in present):
            return
        first = self._landmarker(image, detection.roi)
        if first.score < MIN_SCORE or not _in_picture(first.next_roi, image):
            return
        pose = self._landmarker(image, first.next_roi)  # the landmarks' own square fits better than the detector's
        if pose.score < MIN_SCORE or any(_same_person(pose, other) for other in present):
            return
        for track in sorted((t for t in self.tracks if t.lost), key=lambda t: -t.last_frame):
            if self._absence(track, frame) < _MAX_ABSENCE and _could_be(track.roi, pose.next_roi):
                track.poses[frame], track.lost = pose, False
                return
        self.tracks.append(Track({frame: pose}))

    def _part_merged(self, frame: int) -> None:
        """Where two tracks show one person, the one that jumped there loses."""
        present = sorted((t for t in self.tracks if frame in t.poses), key=lambda t: t.surprise(frame))
        for i, track in enumerate(present):
            if any(not t.lost and _same_person(t.poses[frame], track.poses[frame]) for t in present[:i]):
                del track.poses[frame]
                track.lost = True


def _torso_distance(a: Pose, b: Pose) -> float:
    return float(np.linalg.norm(a.pixel[_TORSO] - b.pixel[_TORSO], axis=1).mean())


def _same_person(a: Pose, b: Pose) -> bool:
    return _torso_distance(a, b) < _SAME_TORSO * min(a.next_roi.size, b.next_roi.size)


def _same_place(a: Roi, b: Roi) -> bool:
    distance = np.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1])
    return distance < _SAME_CENTRE * min(a.size, b.size)


def _could_be(lost: Roi, found: Roi) -> bool:
    distance = np.hypot(lost.centre[0] - found.centre[0], lost.centre[1] - found.centre[1])
    return distance < 0.4 * lost.size and 0.6 < found.size / lost.size < 1.7


def _in_picture(roi: Roi, image: np.ndarray) -> bool:
    height, width = image.shape[:2]
    x, y = roi.centre
    # Hips may be below the picture when the person is near; a square of no size or far outside has run away.
    return (
        -0.5 * width < x < 1.5 * width and -0.5 * height < y < 2.0 * height and 16 < roi.size < 8 * max(height, width)
    )
