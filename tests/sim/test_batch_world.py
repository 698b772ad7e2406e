"""The batched world against plain MuJoCo (`sim.world`) and on its own. Kernels compile on first use, under a minute."""

from __future__ import annotations

import numpy as np
import pytest

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.kinematics import forward_kinematics, keypoint_velocities
from genmimic.robot.model import default_qpos
from genmimic.sim.world import World
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, RobotState, SimulationParameters

torch = pytest.importorskip("torch")
pytest.importorskip("mujoco_warp")

from sim.recompiled import (  # noqa: E402
    compiled_with,
    moving_targets,
    nominal_parameters,
    standing_qpos,
    start_state,
    varied_parameters,
)

from genmimic.sim.batch_world import BatchWorld, BatchWorldConfig  # noqa: E402

N = 4
ALL = torch.ones(N, dtype=torch.bool)


def tensor(values) -> torch.Tensor:
    return torch.as_tensor(np.array(values), dtype=torch.float32)


@pytest.fixture(scope="module")
def shared_world() -> BatchWorld:
    # as many iterations as plain MuJoCo, so that only float32 tells the two apart
    return BatchWorld(BatchWorldConfig(worlds=N, iterations=10, ls_iterations=20))


@pytest.fixture
def world(shared_world: BatchWorld) -> BatchWorld:
    """Four nominal robots in the default pose."""
    shared_world.randomize(ALL, SimulationParameters(**nominal_parameters(N)))
    put(shared_world, ALL)
    shared_world.check()
    return shared_world


def put(world: BatchWorld, mask: torch.Tensor, qpos: np.ndarray | None = None, qvel: np.ndarray | None = None) -> None:
    qpos = standing_qpos() if qpos is None else qpos
    qvel = np.zeros(29) if qvel is None else qvel
    world.write(mask, tensor(np.broadcast_to(qpos, (N, 30))), tensor(np.broadcast_to(qvel, (N, 29))))


def random_states(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    qpos = np.tile(default_qpos(), (N, 1))
    qpos[:, :3] += rng.standard_normal((N, 3))
    qpos[:, 3:7] = rotation.normalize(rng.standard_normal((N, 4)))
    qpos[:, 7:] += rng.uniform(-1, 1, (N, 23))
    return qpos, rng.standard_normal((N, 29))


def test_keypoints_are_those_of_the_kinematics_signs_included(world: BatchWorld):
    qpos, qvel = random_states(0)
    world.write(ALL, tensor(qpos), tensor(qvel))
    pos, quat = forward_kinematics(qpos[:, :3], qpos[:, 3:7], qpos[:, 7:])
    root_ang_vel_w = rotation.rotate(qpos[:, 3:7], qvel[:, 3:6])
    velocities = keypoint_velocities(qvel[:, :3], root_ang_vel_w, qvel[:, 6:], pos, quat)
    for computed, expected in zip(world.keypoints(), (pos, quat, *velocities), strict=True):
        np.testing.assert_allclose(computed.numpy(), expected, atol=5e-6)


def test_the_state_is_that_of_the_single_world_after_a_reset(world: BatchWorld):
    qpos, qvel = random_states(1)
    world.write(ALL, tensor(qpos), tensor(qvel))
    batched = world.state(torch.zeros(N, 23))
    single = World()
    for row in range(N):
        expected = single.reset(start_state(qpos[row], qvel[row]))
        for name in RobotState.__dataclass_fields__:
            # the batched world reads contacts only when it steps
            if name != "foot_force_w" and getattr(expected, name) is not None:
                np.testing.assert_allclose(getattr(batched, name)[row].numpy(), getattr(expected, name), atol=5e-6)
    np.testing.assert_allclose(world.ctrl.numpy(), qpos[:, 7:], atol=1e-6)


def test_a_second_of_moving_targets_agrees_with_plain_mujoco(world: BatchWorld):
    single, command = World(), moving_targets(50, 0.2)
    single.reset(start_state(standing_qpos(), np.zeros(29)))
    for step in range(50):
        state = single.step(command[step])
        world.step(tensor(command[step]).expand(N, -1))
        if step < 10:
            np.testing.assert_allclose(world.torque[0].numpy(), single.torque, atol=0.01)
            np.testing.assert_allclose(world.foot_force_w[0].numpy(), state.foot_force_w, atol=0.1)
    np.testing.assert_allclose(world.keypoints()[0][0].numpy(), state.keypoint_pos_w, atol=2e-4)
    np.testing.assert_allclose(world.qvel[0, 6:].numpy(), state.joint_vel, atol=0.005)
    assert np.abs(world.qpos[0, 7:].numpy() - default_qpos()[7:]).max() > 0.1  # it did move
    torch.testing.assert_close(world.qpos, world.qpos[:1].expand(N, -1))  # all worlds alike


def test_feet_bear_the_weight(world: BatchWorld):
    forces = []
    for _ in range(15):
        world.step(tensor(default_qpos()[7:]).expand(N, -1))
        forces.append(world.foot_force_w.clone())
    upward = torch.stack(forces[5:])[..., 2].sum(-1).mean(0).numpy()
    np.testing.assert_allclose(upward, World().weight, rtol=0.05)
    assert not world.grounded.any()


def test_a_lying_robot_is_grounded_and_stands_on_no_foot(world: BatchWorld):
    lying = default_qpos()
    lying[2:7] = 0.08, *rotation.from_axis_angle(np.array([0.0, -np.pi / 2, 0.0]))
    put(world, torch.tensor([False, True, False, False]), lying)
    for _ in range(3):
        world.step(world.qpos[:, 7:].clone())
    assert world.grounded.tolist() == world.collapsed.tolist() == [False, True, False, False]


def test_knees_on_the_floor_are_no_fall_yet(world: BatchWorld):
    """Kneeling upright: shins touch the floor, torso, head and hands do not."""
    kneeling = default_qpos()
    kneeling[2] = 0.36
    for side in (0, 6):
        kneeling[7 + side + 3] = 2.4  # knees
        kneeling[7 + side] = -0.6  # hips
    put(world, torch.tensor([True, False, False, False]), kneeling)
    world.step(world.qpos[:, 7:].clone())
    assert world.grounded[0] and not world.collapsed.any()


def test_torque_is_the_mean_over_the_substeps_and_keeps_its_limit(world: BatchWorld):
    world.step(tensor(default_qpos()[7:] + 10.0).expand(N, -1))
    np.testing.assert_allclose(world.torque[0].numpy(), constants.EFFORT_LIMIT, rtol=1e-5)


def test_writing_touches_only_masked_worlds(world: BatchWorld):
    for command in moving_targets(5, 0.3):
        world.step(tensor(command).expand(N, -1))
    kept = [t.clone() for t in (world.qpos, world.qvel, world.ctrl, world.torque, world.foot_force_w)]
    keypoints = [t.clone() for t in world.keypoints()]
    mask = torch.tensor([True, False, True, False])
    put(world, mask)
    for before, after in zip(kept, (world.qpos, world.qvel, world.ctrl, world.torque, world.foot_force_w), strict=True):
        torch.testing.assert_close(after[~mask], before[~mask], rtol=0, atol=0)
        assert (after[mask] != before[mask]).any()
    torch.testing.assert_close(world.keypoints()[0][~mask], keypoints[0][~mask], rtol=0, atol=0)
    assert not world.torque[mask].any()
    assert not world.foot_force_w[mask].any()
    assert not world.qvel[mask].any()


def test_a_written_world_has_no_memory(world: BatchWorld):
    """The warm start is cleared: a world with a past and a new one go the same way, bit by bit."""
    for command in moving_targets(5, 0.3):
        world.step(tensor(command).expand(N, -1))
    put(world, torch.tensor([True, False, False, False]))
    fresh = BatchWorld(world.config)
    put(fresh, ALL)
    for command in moving_targets(3, 0.1):
        world.step(tensor(command).expand(N, -1))
        fresh.step(tensor(command).expand(N, -1))
    torch.testing.assert_close(world.qpos[0], fresh.qpos[0], rtol=0, atol=0)


def test_a_push_changes_velocities_of_masked_worlds(world: BatchWorld):
    push = torch.zeros(N, 29)
    push[:, 1] = 0.5
    world.add_velocity(torch.tensor([False, True, False, False]), push)
    assert world.qvel[:, 1].tolist() == [0.0, 0.5, 0.0, 0.0]
    assert world.keypoints()[2][:, 0, 1].tolist() == [0.0, 0.5, 0.0, 0.0]


def test_randomized_worlds_move_as_plain_mujoco_compiled_with_the_same_parameters(world: BatchWorld):
    changes = varied_parameters(N)
    world.randomize(ALL, SimulationParameters(**changes))
    sideways = np.zeros(29)
    sideways[1] = 0.6
    put(world, ALL, qvel=sideways)
    singles = [compiled_with(changes, row) for row in range(N)]
    for single in singles:
        single.reset(start_state(standing_qpos(), sideways))
    for command in moving_targets(15, 0.2):
        world.step(tensor(command).expand(N, -1))
        expected = np.array([single.step(command).keypoint_pos_w for single in singles])
    pos = world.keypoints()[0].numpy()
    np.testing.assert_allclose(pos, expected, atol=0.002)
    for row in (1, 2, 3):
        assert np.abs(expected[row] - expected[0]).max() > 0.01, row  # each change matters


def test_randomizing_touches_only_masked_worlds_and_starts_from_nominal(world: BatchWorld):
    changes = nominal_parameters(N)
    changes["link_mass_scale"] *= 2.0
    mask = torch.tensor([False, True, False, True])
    world.randomize(mask, SimulationParameters(**changes))
    world.randomize(mask, SimulationParameters(**changes))  # twice the same is not twice as much
    single = World()
    weight = single.weight / 9.81
    added = sum(single.model.body(name).mass[0] for name in RANDOMIZED_MASS_BODIES)
    mass = world._model.body_subtreemass.numpy()[:, 0]
    np.testing.assert_allclose(mass, weight + added * mask.numpy(), rtol=1e-5)
    np.testing.assert_allclose(world._model.body_mass.numpy().sum(1), mass, rtol=1e-5)


def test_a_broken_world_is_flagged_mended_and_kept_for_inspection(world: BatchWorld, tmp_path):
    world.qvel[2, 8] = float("nan")
    world.qvel[3, 8] = 5000.0
    world.step(tensor(default_qpos()[7:]).expand(N, -1))
    assert world.broken.tolist() == [False, False, True, True]
    for values in (world.qpos, world.qvel, world.torque, world.foot_force_w, *world.keypoints()):
        assert torch.isfinite(values).all()
    np.testing.assert_allclose(world.qpos[2].numpy(), default_qpos(), atol=1e-6)
    report = world.check(dump=tmp_path / "broken.npz")
    assert report.broken == 2
    with np.load(tmp_path / "broken.npz") as kept:
        assert sorted(kept["world"].tolist()) == [2, 3]
        row = kept["world"].tolist().index(3)
        assert kept["qvel"][row, 8] == 5000.0
        assert kept["target_joint_pos"].shape == (2, 23)
        np.testing.assert_allclose(kept["actuator_gains"][row, :, 0], constants.KP, rtol=1e-6)
        np.testing.assert_allclose(kept["body_mass"][row].sum(), World().weight / 9.81, rtol=1e-5)
    world.step(tensor(default_qpos()[7:]).expand(N, -1))
    assert not world.broken.any()
    assert world.check(dump=tmp_path / "none.npz").broken == 0
    assert not (tmp_path / "none.npz").exists()


def test_lack_of_room_is_reported():
    cramped = BatchWorld(BatchWorldConfig(worlds=2, nconmax=24, njmax=16))
    cramped.step(cramped.qpos[:, 7:].clone())
    with pytest.raises(OverflowError, match=r"2 of 2 worlds lost .* 32 constraint rows in one world \(room for 16\)"):
        cramped.check()


def test_self_collision_can_be_left_out():
    free = BatchWorld(BatchWorldConfig(worlds=2, self_collision=False))
    crossed = default_qpos()
    # both thighs roll inwards, through each other
    crossed[2] += 1.0
    crossed[[8, 14]] = -0.5, 0.5
    free.write(torch.ones(2, dtype=torch.bool), tensor([crossed] * 2), torch.zeros(2, 29))
    free.step(tensor([crossed[7:]] * 2))
    # joint limits may count as constraints, contacts may not
    assert free._data.nacon.numpy()[0] == 0
