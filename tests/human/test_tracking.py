"""Following several people: with stand-ins for the networks, whose people are coloured dots, and with real video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from clips import write_clip

from genmimic.errors import InputError
from genmimic.human.blazepose import Detection, Pose
from genmimic.human.landmarks import assemble, choose_person, detect_landmarks, interpolate_frames
from genmimic.human.roi import Roi
from genmimic.human.tracking import PeopleTracker, Track
from genmimic.human.video import Video, open_video

SIZE = 100.0
FPS = 20.0


class Stage:
    """People as positions per frame: (N, T, 2) pixels, NaN where hidden. Stands in for detector and landmarker.

    A picture is an array that holds its frame number. The landmark network sees whoever is nearest to the middle of
    the square, as the real one does.
    """

    def __init__(self, people: np.ndarray, blind: tuple[int, ...] = ()) -> None:
        self.people, self.blind = people, blind

    def picture(self, frame: int) -> np.ndarray:
        return np.full((400, 600, 3), frame, np.uint8)

    def detect(self, image: np.ndarray) -> list[Detection]:
        frame = int(image[0, 0, 0])
        if frame in self.blind or image.shape[0] != 400:
            return []
        seen = [p for p in self.people[:, frame] if not np.isnan(p).any()]
        return [Detection(Roi((float(p[0]), float(p[1])), SIZE, 0.0), 0.9) for p in seen]

    def landmarks(self, image: np.ndarray, roi: Roi) -> Pose:
        places = self.people[:, int(image[0, 0, 0])]
        distance = np.linalg.norm(places - np.array(roi.centre), axis=1)
        distance[np.isnan(distance)] = np.inf
        nearest = int(np.argmin(distance))
        score = 0.95 if distance[nearest] < 0.4 * SIZE else 0.05
        place = places[nearest] if score > 0.5 else np.array(roi.centre)
        pixel = np.tile(place, (33, 1))
        ones = np.ones(33)
        next_roi = Roi((float(place[0]), float(place[1])), SIZE, 0.0)
        return Pose(pixel, ones, ones, np.zeros((33, 3)), score, next_roi)

    def run(self) -> list[Track]:
        tracker = PeopleTracker(FPS, self.detect, self.landmarks)
        for frame in range(self.people.shape[1]):
            tracker.step(frame, self.picture(frame))
        return tracker.ranked()


def _line(start: tuple[float, float], end: tuple[float, float], count: int = 60) -> np.ndarray:
    return np.linspace(start, end, count)


def _path(track: Track) -> np.ndarray:
    return np.array([track.poses[f].pixel[0] for f in sorted(track.poses)])


def test_each_person_has_one_track() -> None:
    people = np.stack([_line((100, 200), (200, 200)), _line((500, 200), (400, 220))])
    tracks = Stage(people).run()
    assert len(tracks) == 2
    for track in tracks:
        assert len(track.poses) == 60
        assert min(np.abs(_path(track) - person).max() for person in people) == 0.0


def test_hidden_person_is_taken_up_again_and_nobody_else() -> None:
    """One walks behind the other: the tracks never change hands."""
    front, back = _line((300, 200), (300, 200)), _line((100, 200), (500, 200))
    hidden = np.abs(back[:, 0] - 300) < 45
    back[hidden] = np.nan
    tracks = Stage(np.stack([front, back])).run()
    assert len(tracks[0].poses) == 60
    np.testing.assert_array_equal(_path(tracks[0]), front)
    for track in tracks[1:]:
        frames = sorted(track.poses)
        np.testing.assert_array_equal(_path(track), back[frames])


def test_short_gap_stays_one_track() -> None:
    person = _line((200, 200), (230, 200))
    person[25:35] = np.nan
    (track,) = Stage(person[None]).run()
    assert sorted(track.poses) == [*range(25), *range(35, 60)]


def test_late_detection_is_traced_back() -> None:
    person = _line((200, 200), (260, 200))
    (track,) = Stage(person[None], blind=tuple(range(9))).run()
    assert sorted(track.poses) == list(range(60))


def test_person_who_enters_later_is_found_and_ranked_second() -> None:
    late = _line((450, 200), (450, 200))
    late[:30] = np.nan
    tracks = Stage(np.stack([late, _line((100, 200), (150, 200))])).run()
    assert [len(track.poses) for track in tracks] == [60, 30]


def _video(frames: int, source_frames: np.ndarray | None = None) -> Video:
    numbers = np.arange(frames) if source_frames is None else source_frames
    nothing = (0, 0, 600, 400)
    return Video(Path("x.mp4"), FPS, (600, 400), numbers, FPS, (600, 400), nothing, 1.0, 0.0, 0, 0, stream=None)  # type: ignore[arg-type]


def test_choice_of_person_and_its_refusals() -> None:
    late = _line((450, 200), (450, 200))
    late[:45] = np.nan
    people = np.stack([late, _line((100, 200), (150, 200))])
    tracks = Stage(people).run()
    assert choose_person(tracks, _video(60)) is tracks[0]
    assert choose_person(tracks, _video(60), person=1) is tracks[0]
    with pytest.raises(InputError, match="only 15 of 60 frames"):
        choose_person(tracks, _video(60), person=2)
    with pytest.raises(InputError, match="--person 3 does not exist; 2 found"):
        choose_person(tracks, _video(60), person=3)
    with pytest.raises(InputError, match="no person found"):
        choose_person([], _video(60))
    with pytest.raises(InputError, match=r"for 0\.75 s only"):
        choose_person(Stage(people[:, 20:]).run(), _video(40), person=2)
    frozen = np.minimum(np.arange(60), 12)  # the last picture with nobody is held: shown 48 times, looked at once
    with pytest.raises(InputError, match="only 12 of 60 frames"):
        choose_person(Stage(_line((100, 200), (150, 200))[None, :12]).run(), _video(60, frozen))


def test_gaps_and_repeated_frames_are_filled_and_marked() -> None:
    person = _line((200, 200), (259, 200))  # one pixel per frame
    person[25:35] = np.nan
    (track,) = Stage(person[None]).run()
    del track.poses[10]  # frame 10 repeats frame 9 in the file, so that nobody looked at it
    source = np.arange(60)
    source[10] = 9
    landmarks = assemble(track, _video(60, source))
    np.testing.assert_array_equal(np.flatnonzero(~landmarks.detected), np.arange(25, 35))
    np.testing.assert_allclose(landmarks.pixel[:, 0, 0], np.arange(200, 260))
    assert (landmarks.visibility[25:35] == 0).all()
    assert (landmarks.score[25:35] == 0).all()
    assert (landmarks.visibility[10] == 1).all()


def test_interpolate_frames() -> None:
    values = np.array([[0.0], [2.0], [8.0]])
    filled = interpolate_frames(values, np.array([1, 3, 6]), 8)
    np.testing.assert_allclose(filled[:, 0], [0, 0, 1, 2, 4, 6, 8, 8])


def test_two_real_people_side_by_side(shared_dir: Path, tmp_path: Path) -> None:
    videos = shared_dir / "videos"
    left = open_video(videos / "genmimicbench_sample3_A.mp4", crop=(300, 0, 500, 622), end=2.0)
    right = open_video(videos / "turn_around_point_forward_and_fold_arms_G.mp4", crop=(300, 0, 500, 622), end=2.0)
    pairs = (np.hstack(pair) for pair in zip(left.frames(), right.frames(), strict=True))
    video = open_video(write_clip(tmp_path / "two.mp4", pairs, np.arange(32) / 16))
    hips = []
    for person in (1, 2):
        landmarks = detect_landmarks(video, person)
        assert landmarks.people == 2
        assert landmarks.detected.all()
        hips.append(landmarks.pixel[:, 23:25, 0].mean(axis=1))
    left_hips, right_hips = sorted(hips, key=lambda x: x.mean())
    assert (left_hips < 500).all()
    assert (right_hips > 500).all()
