"""video.mp4 from end to end, at a small size."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from view.samples import IMAGE_SIZE, person, rollout, wave, write_grey_video

from genmimic.human.video import open_video
from genmimic.view.captions import AMBER, GREEN, RED, Captions
from genmimic.view.side_by_side import VideoStyle, write_video

SMALL = VideoStyle(height=120, robot_width=100, input_width=160, verdict_seconds=0.5, crf=10)


def decode(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_video_has_three_columns_the_right_length_and_calls_back(tmp_path: Path):
    source = write_grey_video(tmp_path / "in.mp4")
    reference, calls = wave(1.0), []
    path = tmp_path / "video.mp4"
    write_video(
        path,
        open_video(source),
        person(),
        reference,
        rollout(reference),
        lambda done, total: calls.append((done, total)),
        verdicts=[("held", "Held: for a test.")],
        style=SMALL,
        backend="software",
        workers=2,
    )
    frames = decode(path)
    assert len(frames) == 31 + 15
    assert frames[0].shape == (120, 160 + 200, 3)
    assert np.abs(frames[-1][40:80].astype(int) - frames[30][40:80]).mean() < 3.0, "the last frame stays"
    assert calls == [(k + 1, 46) for k in range(46)]
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 30
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.mp4", "video.mp4"]


def test_a_student_gets_a_column_of_its_own(tmp_path: Path):
    reference, path = wave(0.2), tmp_path / "video.mp4"
    teacher = rollout(reference, held=False)
    lying = rollout(reference, held=False, root_pos_w=teacher.root_pos_w * [1.0, 1.0, 0.0] + [0.0, 0.0, 0.1])
    style, verdicts = VideoStyle(height=240, robot_width=200, crf=8), [("tracked", "Tracked."), ("fell", "Fell.")]
    write_video(path, None, None, reference, teacher, student=lying, verdicts=verdicts, style=style, workers=0)
    frames = decode(path)
    assert frames[0].shape == (240, 600, 3)
    image = frames[3].astype(int)
    dark = [(image[50:110, left : left + 200].max(2) < 70).any() for left in (0, 200, 400)]
    assert dark == [True, True, False], "reference and teacher stand, the student lies"
    last = frames[-1][:, 0].astype(int)
    strips = [(np.abs(last - colour).max(1) < 12).nonzero()[0] for colour in (GREEN, RED)]
    assert len(strips[0]) > 10 and len(strips[1]) > 10 and strips[0].max() < strips[1].min()


def test_input_runs_on_the_robots_clock(tmp_path: Path):
    """Source frame k is grey 40 + 10 k at 16 frames/s; the video has 30."""
    path, reference = tmp_path / "video.mp4", wave(1.0)
    write_video(
        path, open_video(write_grey_video(tmp_path / "in.mp4")), None, reference, rollout(reference), style=SMALL
    )
    for k, frame in enumerate(decode(path)):
        expected = 40 + 10 * int(k / 30 * 16 + 1e-6)
        assert np.median(frame[45:80, 40:120]) == pytest.approx(expected, abs=3), k


def test_person_who_comes_later_starts_the_clock(tmp_path: Path):
    path, reference = tmp_path / "video.mp4", wave(0.5)
    video = open_video(write_grey_video(tmp_path / "in.mp4"))
    write_video(path, video, person(9, first_frame=6), reference, rollout(reference), style=SMALL, workers=0)
    first = decode(path)[0]
    assert np.median(first[45:80, :30]) == pytest.approx(100, abs=3)


def test_without_an_input_there_are_two_columns(tmp_path: Path):
    path, reference = tmp_path / "video.mp4", wave(0.2)
    write_video(path, None, None, reference, rollout(reference, held=False), style=SMALL, workers=0)
    frames = decode(path)
    assert frames[0].shape == (120, 200, 3) and len(frames) == 7


def test_columns_show_reference_and_simulation(tmp_path: Path):
    """The robot's column moves with the robot, the reference's with the reference."""
    reference = wave(0.2)
    path = tmp_path / "video.mp4"
    style = VideoStyle(height=240, robot_width=200, crf=8)
    fallen = rollout(reference, held=False)
    lying = fallen.root_pos_w * [1.0, 1.0, 0.0] + [0.0, 0.0, 0.1]
    fallen = rollout(reference, held=False, root_pos_w=lying)
    write_video(path, None, None, reference, fallen, style=style, workers=0)
    image = decode(path)[3].astype(int)
    upper = slice(50, 110)  # head and chest of a standing robot
    assert (image[upper, :200].max(2) < 70).any()
    assert not (image[upper, 200:].max(2) < 70).any()


def test_interrupted_writing_leaves_nothing(tmp_path: Path):
    reference = wave(1.0)

    def interrupt(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(
            tmp_path / "video.mp4", None, None, reference, rollout(reference), interrupt, style=SMALL, workers=1
        )
    assert list(tmp_path.iterdir()) == []


def plates(image: np.ndarray, colour: tuple[int, int, int]) -> int:
    """Number of pixels of a caption's plate of this colour on white; plates are translucent."""
    return int((np.abs(image - (0.72 * np.array(colour) + 0.28 * 255)).max(2) < 6).sum())


def test_captions_say_that_the_pelvis_is_held_and_when_it_fell():
    reference = wave(1.0)
    columns, height = [300, 400, 400], 480
    blank = np.full((height, sum(columns), 3), 255, np.uint8)

    def written(record, time: float) -> np.ndarray:
        image = blank.copy()
        Captions(columns, height, [record], reference).draw(image, time)
        return image

    held, free = written(rollout(reference), 0.5), written(rollout(reference, held=False), 0.5)
    assert plates(held[:, 700:], AMBER) > 1000 and plates(free, AMBER) == 0
    fell = rollout(reference, held=False, fall_time=0.6, fall_reason="tilt")
    assert plates(written(fell, 0.5), RED) == 0
    assert plates(written(fell, 0.7)[:, 700:], RED) > 500
    two, image = (
        Captions([300, 400, 400, 400], height, [rollout(reference), fell], reference),
        np.full((480, 1500, 3), 255),
    )
    two.draw(image := image.astype(np.uint8), 0.7)
    assert plates(image[:, 1100:], RED) > 500 and plates(image[:, :1100], RED) == 0
    assert (held[:, :300] != written(rollout(reference), 0.9)[:, :300]).any()  # the clock


def test_long_verdicts_are_broken_into_lines_that_fit():
    reference = wave(0.2)
    captions = Captions([0, 200, 200], 300, [rollout(reference)], reference)
    image = np.full((300, 400, 3), 255, np.uint8)
    sentence = "Reference not feasible because " + "a joint is beyond its limit and " * 4
    captions.draw_verdicts(image, [("infeasible", sentence)])
    strip = image[-60:]
    _, columns = np.nonzero((strip == 255).all(2))
    assert columns.min() > 0 and columns.max() < 399 and len(columns) > 500
    assert (np.abs(strip[:, 0].astype(int) - RED).max(1) < 3).all()  # from edge to edge


def test_verdict_leaves_the_last_frame_to_be_seen():
    reference = wave(0.2)
    captions = Captions([0, 400, 400], 480, [rollout(reference)], reference)
    image = np.full((480, 800, 3), 255, np.uint8)
    sentence = "Held: a gantry held the pelvis and carried 16 % of body weight on average."
    captions.draw_verdicts(image, [("held", sentence)])
    assert (image[60:440] == 255).all()
    assert (np.abs(image[458:, 0].astype(int) - AMBER).max(1) < 3).all()


def test_sample_person_is_seen_in_the_middle():
    """The fixture itself: its camera puts the pelvis near the middle of the picture."""
    pelvis = person().evidence.joint_px[0, 0]
    np.testing.assert_allclose(pelvis, np.array(IMAGE_SIZE) / 2, atol=12)
