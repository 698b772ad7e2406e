"""One pass over a video's frames for both people's landmarks and the camera's motion."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from genmimic.human.background import BackgroundTracker
from genmimic.human.camera_motion import CameraMotion, assemble_camera_motion, person_mask, small_grey
from genmimic.human.landmarks import Landmarks, assemble, choose_person
from genmimic.human.prefetch import Progress, pictures
from genmimic.human.tracking import PeopleTracker
from genmimic.human.video import Video


def observe(
    video: Video, person: int | None = None, progress: Progress | None = None
) -> tuple[Landmarks, CameraMotion]:
    """Landmarks and camera motion, the background followed in a second thread while the networks run.

    Everybody who is found is left out of the background, not only the person chosen.

    Args:
        video: The clip.
        person: Which person, 1 the longest and largest track, 2 the next...; None for the first.
        progress: Called with frames done and frames in all.

    Raises:
        InputError: Nobody is there, not that many people, or the person is seen too briefly.
    """
    tracker, background = PeopleTracker(video.fps), BackgroundTracker(video.size)

    def follow_background(index: int, image: np.ndarray, people: list[np.ndarray]) -> None:
        grey = small_grey(image)
        background.step(index, grey, person_mask(people, video.size, grey.shape))

    with ThreadPoolExecutor(1) as worker:
        pending: list[Future[None]] = []
        for index, image in pictures(video, progress):
            poses = tracker.step(index, image)
            pending.append(worker.submit(follow_background, index, image, [pose.pixel for pose in poses]))
            while len(pending) > 4:  # bounded: the background must keep up with the landmarks
                pending.pop(0).result()
        for future in pending:
            future.result()
    tracks = tracker.ranked()
    landmarks = assemble(choose_person(tracks, video, person), video, len(tracks))
    return landmarks, assemble_camera_motion(background, len(video))
