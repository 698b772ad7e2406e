"""The motion library and the passage between clips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from learning.motions import corpus, swaying

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.learning.env import playback as pb
from genmimic.learning.env.library import MotionLibrary, mirror_rows
from genmimic.learning.env.reference_rows import ROW_SIZE, pack, rows_of, unpack
from genmimic.motion.corpus import Corpus
from genmimic.motion.velocities import compute_kinematics
from genmimic.robot.kinematics import forward_kinematics

torch.set_default_dtype(torch.float32)


@pytest.fixture(scope="module")
def library() -> MotionLibrary:
    return MotionLibrary(corpus())


def test_rows_hold_the_kinematics_of_the_motion():
    motion = swaying(speed=0.5, yaw=0.7)
    frame, kinematics = unpack(rows_of([motion])), compute_kinematics(motion)
    assert frame.root_pos_w.numpy() == pytest.approx(motion.root_pos_w, abs=1e-6)
    assert frame.keypoint_ang_vel_w.numpy() == pytest.approx(kinematics.keypoint_ang_vel_w, abs=1e-5)
    assert frame.joint_pos.numpy() == pytest.approx(motion.joint_pos, abs=1e-6)
    assert frame.root_lin_vel_w.numpy() == pytest.approx(
        np.tile([0.5 * np.cos(0.7), 0.5 * np.sin(0.7), 0], (120, 1)), abs=1e-5
    )
    assert pack(frame).shape == (120, ROW_SIZE)
    assert torch.equal(unpack(pack(frame)).keypoint_quat_w, frame.keypoint_quat_w)


def test_gather_finds_each_clips_own_frames_and_clamps_at_its_ends(library):
    clips, frames = torch.tensor([0, 1, 2, 1]), torch.tensor([5, 79, 3, 500])
    rows = library.gather(clips, frames)
    own = [rows_of([corpus().clip(c)])[f] for c, f in zip([0, 1, 2, 1], [5, 79, 3, 79], strict=True)]
    assert rows.numpy() == pytest.approx(torch.stack(own).numpy(), abs=1e-6)


def test_the_library_refuses_nothing_and_other_rates():
    with pytest.raises(InputError, match="no clips"):
        MotionLibrary(corpus().select([]))
    motions = [swaying()]
    slow = Corpus.from_motions(motions, contents=["stand"])
    object.__setattr__(slow, "fps", 30.0)
    with pytest.raises(InputError, match="30 frames per second"):
        MotionLibrary(slow)


def test_mirrored_rows_are_the_rows_of_the_mirrored_robot(library):
    rows = library.rows[:50]
    mirrored = unpack(mirror_rows(rows))
    pos, quat = forward_kinematics(mirrored.root_pos_w, mirrored.root_quat_w, mirrored.joint_pos)
    assert mirrored.keypoint_pos_w.numpy() == pytest.approx(pos.numpy(), abs=1e-5)
    assert mirrored.keypoint_quat_w.numpy() == pytest.approx(quat.numpy(), abs=1e-5)
    assert torch.allclose(mirror_rows(mirror_rows(rows)), rows)
    both = MotionLibrary(corpus(), mirrored=True)
    assert len(both) == 6 and both.minutes == pytest.approx(2 * library.minutes)
    assert torch.allclose(
        both.gather(torch.tensor([4]), torch.tensor([7])),
        mirror_rows(library.gather(torch.tensor([1]), torch.tensor([7]))),
    )


def test_a_clip_begins_over_the_origin_and_plays_as_recorded(library):
    playback = pb.begin(library, torch.tensor([1, 2]), torch.tensor([10, 20]))
    seen = pb.window(library, playback, (0, 5))
    assert seen.root_pos_w.shape == (2, 2, 3)
    assert seen.root_pos_w[:, 0, :2].numpy() == pytest.approx(np.zeros((2, 2)), abs=1e-6)
    recorded = unpack(library.gather(torch.tensor([1, 2]), torch.tensor([15, 25])))
    assert torch.equal(seen.at(1).joint_pos, recorded.joint_pos)
    moved = seen.root_pos_w[:, 1] - seen.root_pos_w[:, 0]
    assert moved[0].numpy() == pytest.approx([0.08 * np.cos(1.0), 0.08 * np.sin(1.0), 0], abs=1e-5)
    assert torch.allclose(seen.at(1).keypoint_lin_vel_w, recorded.keypoint_lin_vel_w)


def _play(library, clip, frame, next_clip, steps):
    """The reference over `steps` control steps, and when the world passed on."""
    playback = pb.begin(library, torch.tensor([clip]), torch.tensor([frame]))
    frames, passed = [pb.window(library, playback).at(0)], []
    for _ in range(steps):
        playback, ended = pb.advance(library, playback, torch.tensor([next_clip]), torch.tensor([0]))
        frames.append(pb.window(library, playback).at(0))
        passed.append(bool(ended))
    return frames, passed


def test_the_next_clip_begins_where_the_reference_stands_and_faces(library):
    frames, passed = _play(library, 1, 60, 2, 60)
    assert passed.index(True) == 19 and sum(passed) == 1  # frames 61 ... 79, then the passage
    pos = torch.cat([f.root_pos_w for f in frames]).numpy()
    # a glide of 0.8 m/s comes to rest and one of 0.4 m/s begins: nothing jumps
    assert np.abs(np.diff(pos, axis=0)).max() < 0.8 / 50 + 1e-3
    headings = rotation.to_axis_angle(rotation.heading(torch.cat([f.root_quat_w for f in frames])))[:, 2]
    assert headings.numpy() == pytest.approx(np.full(61, 1.0), abs=1e-4)
    # once blended, the new clip plays as recorded
    recorded = unpack(library.gather(torch.tensor([2]), torch.tensor([40])))
    assert frames[60].joint_pos.numpy() == pytest.approx(recorded.joint_pos.numpy(), abs=1e-6)


def test_the_blend_is_smooth_and_its_velocities_are_its_derivatives(library):
    frames, passed = _play(library, 1, 70, 2, 50)
    begin = passed.index(True) + 1
    joint_pos = torch.cat([f.joint_pos for f in frames]).double().numpy()
    joint_vel = torch.cat([f.joint_vel for f in frames]).double().numpy()
    pos = torch.cat([f.keypoint_pos_w for f in frames]).double().numpy()
    vel = torch.cat([f.keypoint_lin_vel_w for f in frames]).double().numpy()
    inside = slice(begin + 1, begin + 24)
    assert joint_vel[inside] == pytest.approx(np.gradient(joint_pos, 0.02, axis=0)[inside], abs=0.05)
    assert vel[inside] == pytest.approx(np.gradient(pos, 0.02, axis=0)[inside], abs=0.05)
    quat = torch.cat([f.keypoint_quat_w for f in frames])
    assert torch.linalg.norm(quat, dim=-1).numpy() == pytest.approx(np.ones((51, 27)), abs=1e-5)


def test_only_worlds_whose_clip_has_ended_pass_on(library):
    playback = pb.begin(library, torch.tensor([0, 1]), torch.tensor([0, 79]))
    assert pb.has_ended(library, playback).tolist() == [False, True]
    playback, ended = pb.advance(library, playback, torch.tensor([2, 2]), torch.tensor([4, 4]))
    assert ended.tolist() == [False, True]
    assert playback.clip.tolist() == [0, 2] and playback.frame.tolist() == [1, 4]
    assert playback.blend_step.tolist() == [pb.BLEND_STEPS + 1, 0]


def test_in_an_evaluation_the_last_frame_stays(library):
    playback = pb.begin(library, torch.tensor([1]), torch.tensor([78]))
    for _ in range(3):
        playback = pb.stay(library, playback)
    assert playback.frame.tolist() == [79]


def test_a_window_of_the_pelvis_only_is_part_of_the_whole(library):
    playback = pb.begin(library, torch.tensor([0, 1]), torch.tensor([3, 76]))
    last = pb.window(library, playback).at(0)
    blending = replace(playback, blend_step=torch.tensor([4, 9]), blend_row=pack(last), shift_w=playback.shift_w + 0.1)
    whole = pb.window(library, blending, (0, 2))
    part = pb.window(library, blending, (0, 2), pelvis_only=True)
    assert part.keypoint_pos_w.shape == (2, 2, 1, 3)
    for name in ("root_pos_w", "root_quat_w", "root_lin_vel_w", "root_ang_vel_w", "joint_pos", "joint_vel"):
        assert torch.equal(getattr(part, name), getattr(whole, name)), name
