from dataclasses import fields, replace

import numpy as np
import pytest
from sim.motions import ARM, standing

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.robot import constants
from genmimic.sim.falls import fall_reason
from genmimic.sim.gantry import Gantry
from genmimic.sim.rollout import Rollout, SimConfig, load_rollout, save_rollout, simulate
from genmimic.sim.world import DEFAULT_GAINS, Physics, World


class Freeze:
    """Holds the reference's first pose, on its own feet: it will fall over."""

    name, gains, held = "freeze", DEFAULT_GAINS, False

    def reset(self, reference, parameters):
        self.target = reference.motion.joint_pos[0]

    def act(self, state, frame):
        return self.target

    def harness(self, frame):
        return None


@pytest.fixture(scope="module")
def held() -> Rollout:
    return simulate(standing(2.0, fps=30.0, wave=1.0), Gantry())


def test_the_gantry_follows_the_reference_and_feet_carry_the_robot(held):
    assert len(held) == 101  # 2 s at 50 Hz, first and last frame
    assert held.held
    assert held.controller == "gantry"
    assert not held.fell
    assert np.abs(held.joint_pos - held.reference_joint_pos)[:, ARM].max() < np.radians(6)
    assert np.ptp(held.joint_pos[:, ARM]) > 0.9
    assert held.foot_force[25:, :, 2].sum(1).mean() == pytest.approx(held.body_weight, rel=0.05)
    assert held.support_fraction[25:].mean() < 0.1
    assert held.foot_contact.all()
    error = np.linalg.norm(held.keypoint_pos_w - held.reference_keypoint_pos_w, axis=-1)
    assert error.mean() < 0.03


def test_the_record_agrees_with_itself(held):
    np.testing.assert_allclose(held.support_fraction, np.linalg.norm(held.support_force_w, axis=-1) / held.body_weight)
    np.testing.assert_allclose(constants.DEFAULT_JOINT_POS + 0.25 * held.action, held.target_joint_pos)
    difference = np.gradient(held.joint_pos[:, ARM], 0.02)
    assert np.abs(difference - held.joint_vel[:, ARM])[5:-5].max() < 0.3
    np.testing.assert_allclose(held.keypoint_pos_w[:, 0], held.root_pos_w, atol=1e-9)


def test_a_rollout_starts_at_the_references_first_frame(held):
    np.testing.assert_allclose(held.keypoint_pos_w[0], held.reference_keypoint_pos_w[0], atol=1e-6)
    np.testing.assert_allclose(held.joint_pos[0], held.reference_joint_pos[0])


def test_rollouts_repeat_exactly(held):
    again = simulate(standing(2.0, fps=30.0, wave=1.0), Gantry())
    np.testing.assert_array_equal(again.joint_pos, held.joint_pos)


def test_a_robot_that_does_not_balance_falls_with_time_and_reason():
    rollout = simulate(standing(2.0), Freeze())
    assert not rollout.held
    assert 0.3 < rollout.fall_time < 2.0
    assert "tilted" in rollout.fall_reason
    assert len(rollout) == 101  # goes on to the end by default
    np.testing.assert_array_equal(rollout.support_fraction, 0.0)
    stopped = simulate(standing(2.0), Freeze(), SimConfig(stop_after_fall=0.1))
    assert stopped.fall_time == rollout.fall_time
    assert stopped.duration == pytest.approx(rollout.fall_time + 0.1, abs=0.011)


def test_progress_counts_to_the_end():
    seen = []
    simulate(standing(0.2), Gantry(), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (1, 11)
    assert seen[-1] == (11, 11)


def test_initial_noise_is_seeded():
    def first(**settings) -> np.ndarray:
        return simulate(standing(0.1), Gantry(), SimConfig(**settings)).joint_pos[0]

    exact, noisy = first(), first(initial_noise=1.0, seed=1)
    np.testing.assert_array_equal(noisy, first(initial_noise=1.0, seed=1))
    assert 0.02 < np.std(noisy - exact) < 0.1


def test_delay_and_strength_reach_the_world():
    weak = simulate(standing(1.0, wave=1.0), Gantry(), SimConfig(Physics(motor_strength=0.5, delay_steps=3)))
    strong = simulate(standing(1.0, wave=1.0), Gantry())
    lag = [np.abs(r.joint_pos - r.reference_joint_pos)[:, ARM].mean() for r in (weak, strong)]
    assert lag[0] > 2 * lag[1]


def test_a_reference_of_one_frame_is_refused():
    with pytest.raises(InputError, match=r"standing: has 1 frame\(s\), at least 2"):
        simulate(standing(0.0), Gantry())


def test_files_round_trip(tmp_path, held):
    save_rollout(held, tmp_path / "robot.npz")
    back = load_rollout(tmp_path / "robot.npz")
    for field in fields(Rollout):
        np.testing.assert_array_equal(getattr(back, field.name), getattr(held, field.name))
    assert [path.name for path in tmp_path.iterdir()] == ["robot.npz"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"torque": None}, r"lacks the fields \['torque'\]"),
        ({"kind": "genmimic robot motion"}, "field 'kind' is \"genmimic robot motion\", expected genmimic rollout"),
        ({"joint_names": ["a"]}, "field 'joint_names' is"),
        ({"joint_pos": np.zeros((3, 23))}, r"field 'joint_pos' has shape \(3, 23\), expected \(101, 23\)"),
        ({"torque": np.full((101, 23), np.nan)}, "field 'torque' is not finite in frame 0"),
    ],
)
def test_damaged_files_are_refused_by_field(tmp_path, held, change, message):
    path = tmp_path / "robot.npz"
    save_rollout(held, path)
    arrays = {**load_arrays(path), **change}
    save_arrays(path, {name: value for name, value in arrays.items() if value is not None})
    with pytest.raises(InputError, match=message) as caught:
        load_rollout(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_rollout_is_a_motion(held):
    motion = held.motion()
    assert motion.fps == 50
    assert "gantry" in motion.source
    assert motion.metadata["held"] is True


def test_reasons_of_falls_in_words():
    world = World()
    state = simulate_start(world)
    upright = np.array([1.0, 0, 0, 0])
    assert fall_reason(state, upright, set()) == ""
    assert fall_reason(state, upright, {"left_knee_link"}) == ""
    assert (
        fall_reason(state, upright, {"torso_link", "left_wrist_roll_link"})
        == "left hand and torso or head on the ground"
    )
    low = replace(state, root_pos_w=np.array([0.0, 0.0, 0.284]))
    assert fall_reason(low, upright, set()) == "pelvis at 0.28 m"
    bent = replace(state, root_quat_w=rotation.from_axis_angle(np.array([0.0, 1.0, 0.0])))
    assert fall_reason(bent, upright, set()) == "tilted 57 degrees away from the reference"
    assert fall_reason(bent, bent.root_quat_w, set()) == ""


def simulate_start(world: World):
    from genmimic.sim.reference import prepare_reference

    return world.reset(prepare_reference(standing(0.1)).start_state())


def test_pushes_come_every_five_seconds_and_set_the_velocity():
    free = simulate(standing(7.0), Freeze(), SimConfig(seed=3))
    pushed = simulate(standing(7.0), Freeze(), SimConfig(seed=3, push_speed=1.0))
    np.testing.assert_array_equal(free.root_pos_w[:51], pushed.root_pos_w[:51])  # the first after one second
    jump = np.diff(pushed.root_pos_w, axis=0)[50] * 50.0
    assert 0.1 < np.abs(jump[:2]).max() < 1.2
    assert np.abs(pushed.root_pos_w[52] - free.root_pos_w[52]).max() > 1e-3
