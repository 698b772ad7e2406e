"""Cameras that follow the robot, and the sampling of motions at a video's instants."""

from __future__ import annotations

import numpy as np
import pytest
from view.samples import wave

from genmimic.robot.kinematics import forward_kinematics
from genmimic.view.follow import azimuth_of, following_cameras, front_azimuth
from genmimic.view.timeline import body_poses_at, frame_times


def test_walking_robot_stays_in_the_middle_and_steps_do_not_shake_the_picture():
    time = np.arange(150) / 30.0
    path = np.stack([0.8 * time, 0.03 * np.sin(2 * np.pi * 2.0 * time), 0.75 + 0 * time], 1)
    cameras = following_cameras(path, 30.0, (400, 480), azimuth=0.9)
    pixel = np.array([camera.project(p)[0] for camera, p in zip(cameras, path, strict=True)])
    assert np.abs(pixel[15:-15] - [199.5, 239.5]).max() < 15
    sway = np.array([camera.position_w[1] for camera in cameras])
    assert np.ptp(sway[30:-30]) < 0.006
    assert len({camera.position_w[2] for camera in cameras}) == 1


def test_cameras_look_from_where_they_should():
    azimuth = azimuth_of(np.array([0.0, 5.0, 1.0]), np.array([0.0, 1.0, 0.9]))
    assert azimuth == pytest.approx(np.pi / 2)
    (camera,) = following_cameras(np.zeros((1, 3)), 30.0, (400, 480), azimuth)
    assert camera.position_w[1] > 3.0 and abs(camera.position_w[0]) < 1e-9
    turned = np.array([np.cos(0.6), 0.0, 0.0, np.sin(0.6)])
    assert front_azimuth(turned) == pytest.approx(1.2)


def test_motions_are_interpolated_and_hold_at_their_ends():
    motion = wave(1.0, fps=10.0)
    pos, quat = body_poses_at(motion, np.array([-1.0, 0.25, 1.0, 9.0]))
    assert pos.shape == (4, 24, 3) and quat.shape == (4, 24, 4)
    first, _ = forward_kinematics(motion.root_pos_w[0], motion.root_quat_w[0], motion.joint_pos[0])
    np.testing.assert_allclose(pos[0], first[:24])
    between = 0.5 * (motion.joint_pos[2] + motion.joint_pos[3])
    middle, _ = forward_kinematics(0.5 * (motion.root_pos_w[2] + motion.root_pos_w[3]), motion.root_quat_w[2], between)
    np.testing.assert_allclose(pos[1], middle[:24], atol=1e-12)
    np.testing.assert_allclose(pos[2], pos[3])


@pytest.mark.parametrize(("duration", "count"), [(0.0, 1), (1.0, 31), (1.01, 32), (5.0, 151)])
def test_frames_cover_the_whole_duration(duration: float, count: int):
    times = frame_times(duration, 30.0)
    assert len(times) == count and times[-1] >= duration - 1e-9
