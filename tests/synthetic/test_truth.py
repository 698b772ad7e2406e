from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.synthetic.cameras import MOVES, VIEWS, Shot
from genmimic.synthetic.scenes import SCENES, Scene, scene
from genmimic.synthetic.truth import load_truth, stage, write_truth_clip


def test_written_clip_holds_every_frame_and_its_truth(tmp_path: Path) -> None:
    wanted = Scene("stand", "beth", Shot(size=(160, 120), move="zoom"), fps=4)
    seen: list[tuple[int, int]] = []
    path, truth, cameras = write_truth_clip(wanted, tmp_path, lambda done, total: seen.append((done, total)))
    with av.open(str(path)) as video:
        assert video.streams.video[0].average_rate == 4
        frames = [f.to_ndarray(format="rgb24") for f in video.decode(video=0)]
    assert len(frames) == len(truth) == len(cameras) == 17
    assert frames[0].shape == (120, 160, 3)
    assert seen[-1] == (17, 17)
    loaded = load_truth(path.with_suffix(".npz"))
    assert np.array_equal(loaded.local_quat, truth.local_quat)
    assert loaded.licence == "CC0-1.0"
    fields = np.load(path.with_suffix(".npz"))
    assert np.allclose(fields["camera_focal_px"], [c.focal_px for c in cameras])
    assert fields["camera_rotation_cw"].shape == (17, 3, 3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["stand_front_zoom.mp4", "stand_front_zoom.npz"]


def test_an_aborted_rendering_leaves_no_video(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_truth_clip(Scene("stand", shot=Shot(size=(160, 120)), fps=4), tmp_path, stop)
    assert list(tmp_path.iterdir()) == []


def test_scenes_cover_motions_cameras_people_and_sides() -> None:
    assert len({s.name for s in SCENES}) == len(SCENES) >= 16
    assert {"walk", "turn", "squat", "wave", "bend", "walk_towards"} <= {s.motion for s in SCENES}
    for motion in ("walk", "turn", "squat", "wave", "bend", "walk_towards"):
        moves = {s.shot.move for s in SCENES if s.motion == motion}
        assert "static" in moves
        assert len(moves) > 1
    assert {s.shot.move for s in SCENES} == set(MOVES)
    assert {s.shot.view for s in SCENES} == set(VIEWS)
    assert {s.body for s in SCENES} == {"adam", "beth", "chen"}


@pytest.mark.parametrize("one", SCENES, ids=lambda s: s.name)
def test_people_stay_in_the_picture(one: Scene) -> None:
    take, cameras = stage(one)
    pos, _ = take.human.forward_kinematics()
    pixel = np.stack([camera.project(p)[0] for camera, p in zip(cameras, pos, strict=True)])
    width, height = one.shot.size
    inside = (pixel > 0).all(-1) & (pixel < [width, height]).all(-1)
    assert inside.mean() > 0.98


def test_unknown_scene_is_refused() -> None:
    with pytest.raises(InputError, match="'somersault'"):
        scene("somersault")
