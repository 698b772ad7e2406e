"""Following people through a video: every person has a track of his own, and no track passes from one to another."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from genmimic.cores import usable_cores
from genmimic.human.blazepose import Detection, Pose, PoseDetector, PoseLandmarker
from genmimic.human.person_search import Detector, find_people, same_place
from genmimic.human.roi import Roi

MIN_SCORE = 0.5
"""Probability of a person in the square below which a track is lost (MediaPipe's threshold)."""

MAX_PEOPLE = 4
"""People followed at a time; each costs a run of the landmark network per frame."""

_TORSO = [11, 12, 23, 24]  # shoulders and hips
_SAME_TORSO = 0.08  # of the square's side: nearer torsos are one person
_SEARCH_INTERVAL = 0.5  # seconds between searches for people who are not followed yet
_MAX_ABSENCE = 2.0  # seconds after which a lost person who comes back is somebody new


@dataclass
class Track:
    """One person through the video.

    Attributes:
        poses: Frame number to landmarks, for the frames in which the person was seen; the latest frame is always the
            last one inserted.
        lost: Whether the person was not seen in the latest frame.
    """

    poses: dict[int, Pose] = field(default_factory=dict)
    lost: bool = False

    @property
    def last_frame(self) -> int:
        """Latest frame in which the person was seen."""
        return next(reversed(self.poses))

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
        before = next((f for f in reversed(self.poses) if f < frame), None)
        if before is None:
            return np.inf
        pose, last = self.poses[frame], self.poses[before]
        return _torso_distance(pose, last) / pose.next_roi.size


class PeopleTracker:
    """Feeds on the frames of a video one after the other and collects a `Track` for each person.

    Args:
        fps: Frames per second.
        detector: Finds people in a picture; BlazePose's by default.
        landmarker: Finds landmarks in a square of a picture; BlazePose's by default.
    """

    def __init__(
        self,
        fps: float,
        detector: Detector | None = None,
        landmarker: Callable[[np.ndarray, Roi], Pose] | None = None,
    ) -> None:
        threads = min(2, usable_cores())
        self._detector = detector or PoseDetector(threads)
        self._landmarker = landmarker or PoseLandmarker(threads)
        self._fps = fps
        self._interval = max(1, round(_SEARCH_INTERVAL * fps))
        self._recent: deque[tuple[int, np.ndarray]] = deque(maxlen=self._interval)
        self.tracks: list[Track] = []

    def step(self, frame: int, image: np.ndarray) -> list[Pose]:
        """Look for everybody in frame number `frame`, RGB (H, W, 3); returns the people seen in it."""
        for track in self.tracks:
            if not track.lost:
                pose = self._landmarker(image, track.roi)
                track.lost = not _is_person(pose, image)
                if not track.lost:
                    track.poses[frame] = pose
        self._part_merged(frame)
        alone = all(track.lost for track in self.tracks)
        due = frame % self._interval == 0
        if alone or due:
            # Nobody at all: look closer for somebody far away, but not in every frame, since that is slow.
            for detection in find_people(self._detector, image, levels=2 if alone and due else 0)[:MAX_PEOPLE]:
                self._welcome(frame, image, detection)
        self._recent.append((frame, image))
        return [track.poses[frame] for track in self.tracks if frame in track.poses]

    def ranked(self) -> list[Track]:
        """Tracks, the longest and largest first."""
        return sorted(self.tracks, key=lambda track: -track.weight)

    def _welcome(self, frame: int, image: np.ndarray, detection: Detection) -> None:
        """Give a detected person to the track that lost him, or to a new one; ignore people already followed."""
        present = [track.poses[frame] for track in self.tracks if frame in track.poses]
        if len(present) >= MAX_PEOPLE or any(same_place(detection.roi, pose.next_roi) for pose in present):
            return
        first = self._landmarker(image, detection.roi)
        if not _is_person(first, image):
            return
        pose = self._landmarker(image, first.next_roi)  # the landmarks' own square fits better than the detector's
        if not _is_person(pose, image) or any(_same_person(pose, other) for other in present):
            return
        known = [t for t in self.tracks if t.lost and (frame - t.last_frame) / self._fps < _MAX_ABSENCE]
        known = [t for t in known if _could_be(t.roi, pose.next_roi)]
        if known:
            track = max(known, key=lambda t: t.last_frame)
            track.lost = False
        else:
            track = Track()
            self.tracks.append(track)
        self._trace_back(track, pose.next_roi)
        track.poses[frame] = pose

    def _trace_back(self, track: Track, roi: Roi) -> None:
        """Follow a person just found back through the last frames, in which the detector was not asked or failed."""
        for frame, image in reversed(self._recent):
            if frame in track.poses:
                return
            pose = self._landmarker(image, roi)
            others = [other.poses[frame] for other in self.tracks if frame in other.poses]
            if not _is_person(pose, image) or any(_same_person(pose, other) for other in others):
                return
            track.poses[frame], roi = pose, pose.next_roi

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


def _could_be(lost: Roi, found: Roi) -> bool:
    distance = np.hypot(lost.centre[0] - found.centre[0], lost.centre[1] - found.centre[1])
    return distance < 0.4 * lost.size and 0.6 < found.size / lost.size < 1.7


def _is_person(pose: Pose, image: np.ndarray) -> bool:
    """Whether the landmarks are those of a person, and their square has not run away from the picture."""
    height, width = image.shape[:2]
    x, y = pose.next_roi.centre
    # The hips of somebody near the camera may be well below the picture.
    inside = -0.5 * width < x < 1.5 * width and -0.5 * height < y < 2.0 * height
    return pose.score >= MIN_SCORE and inside and 16.0 < pose.next_roi.size < 8.0 * max(height, width)
