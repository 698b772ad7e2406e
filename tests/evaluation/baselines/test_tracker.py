"""The adapter on networks whose every number is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("onnx", reason="networks are built with onnx, which comes with the extra 'dev'")

from evaluation.baselines.networks import BACKWARDS, narrow_layout, wide_layout, write_network
from sim.motions import standing
from sim.tiny_policy import write_policy

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.evaluation.baselines.known import LAYOUTS, TWIST
from genmimic.evaluation.baselines.layout import Block, Term
from genmimic.evaluation.baselines.layout_file import write_layout
from genmimic.evaluation.baselines.load import is_baseline, load_baseline
from genmimic.evaluation.baselines.terms import roll_pitch, yaw
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES
from genmimic.sim.reference import prepare_reference
from genmimic.sim.rollout import simulate
from genmimic.sim.world import Physics
from genmimic.tracking import frames


def tracker(tmp_path, layout, bias=None, **options):
    path = write_network(tmp_path / "foreign.onnx", layout.observation_size, layout.joints, bias)
    return load_baseline(path, layout, **options)


def begin(foreign, motion, physics=None):
    """The tracker at the first frame of a motion: (state, world, reference)."""
    physics, reference = physics or Physics(), prepare_reference(motion)
    world = foreign.build_world(physics)
    foreign.reset(reference, physics.parameters())
    return world.reset(reference.start_state()), world, reference


def test_targets_go_to_the_joints_of_their_names(tmp_path):
    bias = np.linspace(-0.3, 0.3, 29)
    foreign = tracker(tmp_path, wide_layout(), bias)
    state, world, _ = begin(foreign, standing(0.2))
    target = foreign.act(state, 0)
    wanted = dict(zip(BACKWARDS, np.array(wide_layout().default_joint_pos) + 0.5 * bias, strict=True))
    np.testing.assert_allclose(target, [wanted[name] for name in JOINT_NAMES], atol=1e-7)
    np.testing.assert_allclose(world.extra_target, [wanted[name] for name in world.extra_joint_names], atol=1e-7)
    for frame in range(1, 40):
        state = world.step(target)
        target = foreign.act(state, frame)
    turned = dict(zip(world.extra_joint_names, world.extra_joint_pos, strict=True))
    for name in ("left_wrist_yaw_joint", "right_wrist_yaw_joint"):
        assert turned[name] == pytest.approx(wanted[name], abs=0.02)


def test_every_term_of_the_robot_reads_what_it_says(tmp_path):
    names = ("root_ang_vel_b", "projected_gravity_b", "root_roll_pitch", "joint_pos", "joint_pos_rel", "joint_vel")
    layout = wide_layout(blocks=tuple(Block((Term(name),)) for name in (*names, "last_action")))
    foreign = tracker(tmp_path, layout, np.full(29, 20.0))
    state, world, _ = begin(foreign, standing(0.2, wave=1.0))
    for frame in range(2):
        target = foreign.act(state, frame)
        state = world.step(target)
    sizes = np.cumsum([3, 3, 2, 29, 29, 29])
    ang_vel, gravity, angles, joint_pos, relative, joint_vel, action = np.split(foreign.observe(state, 2), sizes)
    np.testing.assert_allclose(ang_vel, rotation.rotate_inverse(state.root_quat_w, state.root_ang_vel_w))
    np.testing.assert_allclose(gravity, frames.projected_gravity_b(state.root_quat_w), atol=1e-9)
    np.testing.assert_allclose(angles, roll_pitch(gravity))
    ours = [BACKWARDS.index(name) for name in JOINT_NAMES]
    np.testing.assert_allclose(joint_pos[ours], state.joint_pos)
    np.testing.assert_allclose(joint_vel[ours], state.joint_vel)
    np.testing.assert_allclose(relative, joint_pos - layout.default_joint_pos)
    extra = [BACKWARDS.index(name) for name in world.extra_joint_names]
    np.testing.assert_allclose(joint_pos[extra], world.extra_joint_pos)
    np.testing.assert_allclose(action, 20.0)  # as the network gave it, though 10 is the most that is done


def test_the_clipped_action_is_shown_where_the_layout_says_so(tmp_path):
    layout = wide_layout(blocks=(Block((Term("last_action"),)),), clips_last_action=True, action_clip=3.0)
    foreign = tracker(tmp_path, layout, np.full(29, 20.0))
    state, world, _ = begin(foreign, standing(0.2))
    assert not foreign.observe(state, 0).any()
    target = foreign.act(state, 0)
    assert target[0] == pytest.approx(constants.DEFAULT_JOINT_POS[0] + 0.5 * 3.0)
    np.testing.assert_allclose(foreign.observe(world.step(target), 1), 3.0)


def test_roll_pitch_and_yaw_are_those_of_the_rotation():
    for angles in ((0.3, -0.4, 2.0), (-0.2, 0.7, -1.0)):
        roll, pitch, turn = (rotation.from_axis_angle(a * np.eye(3)[i]) for i, a in enumerate(angles))
        quat = rotation.multiply(turn, rotation.multiply(pitch, roll))
        np.testing.assert_allclose(roll_pitch(frames.projected_gravity_b(quat)), angles[:2])
        np.testing.assert_allclose(yaw(quat), angles[2:])


def test_frames_ahead_come_from_the_reference_and_stop_at_its_end(tmp_path):
    terms = (Term("reference_joint_pos"), Term("reference_root_height", scale=2.0))
    foreign = tracker(tmp_path, wide_layout(blocks=(Block(terms, ahead=(0, 1, 5, 90)),)))
    state, _, reference = begin(foreign, standing(1.0, wave=1.0))
    shown = foreign.observe(state, 3).reshape(4, 30)
    ours, last = [BACKWARDS.index(name) for name in JOINT_NAMES], len(reference) - 1
    for row, frame in zip(shown, (3, 4, 8, last), strict=True):
        np.testing.assert_allclose(row[ours], reference.motion.joint_pos[frame])
        assert row[29] == pytest.approx(2.0 * reference.motion.root_pos_w[frame, 2])
        assert not row[[BACKWARDS.index("waist_pitch_joint"), BACKWARDS.index("left_wrist_yaw_joint")]].any()


def test_velocities_of_the_reference_are_along_its_own_axes(tmp_path):
    motion = standing(1.0)
    turn = rotation.from_axis_angle(np.array([0.0, 0.0, np.pi / 2]))
    time = np.arange(len(motion)) / motion.fps
    walk = type(motion)(
        **{
            **vars(motion),
            "root_pos_w": motion.root_pos_w + np.outer(time, [0.0, 0.5, 0.0]),
            "root_quat_w": np.tile(turn, (len(motion), 1)),
        }
    )
    names = ("reference_root_lin_vel_b", "reference_root_lin_vel_xy_b", "reference_root_roll_pitch_yaw")
    foreign = tracker(tmp_path, wide_layout(blocks=(Block(tuple(map(Term, names))),)))
    state, _, _ = begin(foreign, walk)
    np.testing.assert_allclose(foreign.observe(state, 10), [0.5, 0, 0, 0.5, 0, 0, 0, np.pi / 2], atol=1e-9)


@pytest.mark.parametrize(("start", "before"), [("zeros", 0.0), ("present", 1.0)])
def test_the_past_is_oldest_first_and_ends_before_the_present(tmp_path, start, before):
    block = Block((Term("reference_root_lin_vel_xy_b"),), past=3)
    foreign = tracker(tmp_path, wide_layout(blocks=(block, Block(block.terms)), history_start=start))
    state, _, reference = begin(foreign, standing(1.0))
    foreign._table["reference_root_lin_vel_xy_b"] = np.repeat(np.arange(len(reference))[:, None], 2, axis=1)
    seen = [foreign.observe(state, frame).reshape(-1, 2)[:, 0].tolist() for frame in range(5)]
    assert seen[0] == [before, before, before, 1.0]  # in frame t it sees t + 1
    assert seen[2] == [before, 1.0, 2.0, 3.0]
    assert seen[4] == [2.0, 3.0, 4.0, 5.0]


def test_a_new_motion_forgets_the_one_before(tmp_path):
    foreign = tracker(tmp_path, wide_layout(blocks=(Block((Term("joint_vel"), Term("last_action")), past=2),)))
    first, again = (simulate(standing(0.4, wave=1.0), foreign) for _ in range(2))
    np.testing.assert_array_equal(first.joint_pos, again.joint_pos)


def test_zeroed_joints_and_scales(tmp_path):
    term = Term("joint_pos", scale=0.5, zeroed=("left_knee_joint",))
    foreign = tracker(tmp_path, wide_layout(blocks=(Block((term,)),)))
    state, _, _ = begin(foreign, standing(0.2))
    shown = dict(zip(BACKWARDS, foreign.observe(state, 0), strict=True))
    assert shown["left_knee_joint"] == 0.0
    assert shown["right_knee_joint"] == pytest.approx(0.5 * 0.3)


def test_joints_that_it_does_not_drive_follow_the_reference(tmp_path):
    layout = narrow_layout()
    foreign = tracker(tmp_path, layout)
    motion = standing(0.6, wave=1.5)
    rollout = simulate(motion, foreign)
    np.testing.assert_allclose(rollout.target_joint_pos[:-1, 12:], motion.joint_pos[1:, 12:], atol=1e-9)
    np.testing.assert_allclose(rollout.target_joint_pos[:, :12], np.tile(constants.DEFAULT_JOINT_POS[:12], (31, 1)))
    assert foreign.gains.kp[-1] == 100.0 and foreign.gains.kp[0] == constants.KP[0]


def test_the_world_has_the_layouts_gains_limits_and_step(tmp_path):
    layout = wide_layout()
    world = tracker(tmp_path, layout).build_world(Physics(friction=0.6, motor_strength=0.5, delay_steps=2))
    for index, name in enumerate(layout.joint_names):
        motor = world.model.actuator(name)
        strength = 0.5 if name in JOINT_NAMES else 1.0
        assert motor.gainprm[0] == pytest.approx(strength * layout.kp[index])
        assert -motor.biasprm[2] == pytest.approx(strength * layout.kd[index])
        assert motor.forcerange.tolist() == [-layout.effort_limit[index], layout.effort_limit[index]]
    assert world.model.opt.timestep == 0.001 and world.model.geom("floor").friction[0] == 0.6


def test_all_targets_come_equally_late(tmp_path):
    foreign = tracker(tmp_path, wide_layout(), np.ones(29))
    state, world, _ = begin(foreign, standing(0.4), Physics(delay_steps=2))
    for frame in range(3):
        before = world.extra_joint_pos.copy()
        target = foreign.act(state, frame)
        state = world.step(target)
        moved = np.abs(world.extra_joint_pos - before).max()
        assert moved > 0.05 if frame == 2 else moved < 0.02
    assert foreign.layout.joint_names == BACKWARDS and target[0] > state.joint_pos[0]


def test_keypoint_velocities_include_the_further_joints(tmp_path):
    foreign = tracker(tmp_path, wide_layout(), np.where(["waist" in n for n in BACKWARDS], 0.8, 0.0))
    state, world, _ = begin(foreign, standing(0.4))
    for frame in range(4):
        before, state = state, world.step(foreign.act(state, frame))
    step = (state.keypoint_pos_w - before.keypoint_pos_w) * 50.0
    mean = 0.5 * (state.keypoint_lin_vel_w + before.keypoint_lin_vel_w)
    assert np.abs(step[-3]).max() > 0.2  # the head moves
    np.testing.assert_allclose(mean, step, atol=0.08)


def test_noise_is_drawn_from_its_seed_and_scale(tmp_path):
    layout = wide_layout(blocks=tuple(Block((Term(name),)) for name in ("joint_pos", "joint_vel", "root_ang_vel_b")))
    seen = {}
    for noise, seed in ((0.0, 0), (1.0, 0), (1.0, 1)):
        foreign = tracker(tmp_path, layout, noise=noise, seed=seed)
        samples = []
        for _ in range(20):
            state, _, _ = begin(foreign, standing(0.2))
            samples = [*samples, *[foreign.observe(state, 0) for _ in range(20)]][:40]
        seen[noise, seed] = np.stack(samples)
    assert np.ptp(seen[0.0, 0], axis=0).max() == 0.0
    noise = (seen[1.0, 0] - seen[0.0, 0])[:20]
    spread = [part.std() for part in np.split(noise, [29, 58], axis=1)]
    assert spread == pytest.approx([0.01, 0.1, 0.5], rel=0.25)
    assert not np.array_equal(seen[1.0, 0], seen[1.0, 1])
    np.testing.assert_array_equal(seen[1.0, 0][:20], seen[1.0, 0][20:])  # the same seed in each motion


def test_goal_noise_reaches_the_references_joints_alone(tmp_path):
    layout = wide_layout(blocks=(Block((Term("reference_joint_pos"), Term("reference_root_height"))),))
    foreign = tracker(tmp_path, layout, noise=0.0, goal_noise=1.0)
    state, _, reference = begin(foreign, standing(2.0))
    shown = np.stack([foreign.observe(state, frame) for frame in range(90)])
    assert (shown[:, :29] - shown[:, :29].mean(0)).std() == pytest.approx(0.05, rel=0.1)
    np.testing.assert_allclose(shown[:, 29], reference.motion.root_pos_w[1:91, 2])


def test_layouts_are_found_by_name_by_size_and_beside_the_network(tmp_path):
    path = write_network(tmp_path / "policy.onnx", TWIST.observation_size, 23)
    assert load_baseline(path).layout is TWIST and is_baseline(path)
    assert load_baseline(f"twist-student:{path}").layout is TWIST and is_baseline(f"twist-student:{path}")
    assert load_baseline(path, "twist-student").name == "twist-student"
    other = write_network(tmp_path / "other.onnx", 29, 29)
    assert not is_baseline(other)
    with pytest.raises(InputError, match=r"maps 29 numbers to 29.*other\.onnx\.json"):
        load_baseline(other)
    write_layout(wide_layout(), tmp_path / "other.onnx.json")
    assert load_baseline(other).layout == wide_layout() and is_baseline(other)
    with pytest.raises(InputError, match=r"maps 29 numbers to 29, layout 'gmt' describes 2154 and 23"):
        load_baseline(other, "gmt")
    with pytest.raises(InputError, match="cannot be read as a layout"):
        load_baseline(other, "unheard-of")
    with pytest.raises(InputError, match="no such policy file"):
        load_baseline(tmp_path / "none.onnx")


def test_our_own_policies_are_no_baselines(tmp_path):
    assert not is_baseline(write_policy(tmp_path / "ours.onnx"))


def test_an_output_that_is_not_finite_is_refused(tmp_path):
    foreign = tracker(tmp_path, wide_layout(), np.full(29, np.nan))
    state, _, _ = begin(foreign, standing(0.2))
    with pytest.raises(InputError, match="not finite in frame 0"):
        foreign.act(state, 0)


def test_all_known_layouts_run_on_a_silent_network(tmp_path):
    for name, layout in LAYOUTS.items():
        rollout = simulate(standing(0.1), tracker(tmp_path, layout))
        assert (rollout.controller, len(rollout)) == (name, 6)
        assert rollout.body_weight == pytest.approx(33.341 * 9.81, abs=0.1)
    assert set(SDK_JOINT_NAMES) > set(TWIST.joint_names)
