import json
import time
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import GOAL_ONLY, metadata, write_policy

from genmimic.errors import InputError
from genmimic.robot import constants
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.sim.policy import Policy
from genmimic.sim.policy_metadata import from_entries, to_entries
from genmimic.sim.reference import prepare_reference
from genmimic.sim.rollout import simulate
from genmimic.sim.world import World
from genmimic.tracking.layouts import BEYONDMIMIC_ACTOR, DOF_TEACHER
from genmimic.tracking.observations import STUDENT, TEACHER, layout_size, observe


@pytest.fixture
def scene():
    world, reference = World(), prepare_reference(standing(0.5))
    return world.reset(reference.start_state()), reference, world.parameters()


def test_metadata_survives_the_file():
    about = metadata(STUDENT)
    back = from_entries("p.onnx", to_entries(about))
    assert back.observations == STUDENT
    assert back.joint_names == JOINT_NAMES
    assert back.keypoint_names == KEYPOINT_NAMES
    np.testing.assert_array_equal(back.kp, constants.KP)
    assert (back.action_scale, back.action_clip, back.name) == (0.25, 10.0, "tiny")


def test_policies_of_old_are_shown_the_next_ten_frames():
    entries = to_entries(metadata())
    del entries["goal_steps"]
    assert from_entries("p.onnx", entries).goal_steps == tuple(range(1, 11))
    with pytest.raises(InputError, match=r"field 'goal_steps' is .2, 1., expected whole numbers that rise from 1"):
        from_entries("p.onnx", entries | {"goal_steps": "[2, 1]"})


@pytest.mark.parametrize(
    "name", sorted(set(to_entries(metadata())) - {"goal_steps", "residual_action", "estimated_state"})
)
def test_each_missing_entry_is_named(tmp_path, name):
    entries = to_entries(metadata())
    del entries[name]
    with pytest.raises(InputError, match=f"policy.onnx: lacks the metadata field '{name}'"):
        Policy(write_policy(tmp_path / "policy.onnx", entries=entries))


SWAPPED = [JOINT_NAMES[1], JOINT_NAMES[0], *JOINT_NAMES[2:]]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("robot", "unitree_h1", "field 'robot' is 'unitree_h1', expected 'unitree_g1_23dof'"),
        ("joint_names", SWAPPED, "field 'joint_names' has 'left_hip_roll_joint' at position 0"),
        ("joint_names", [*JOINT_NAMES, "waist_roll_joint"], r"field 'joint_names' has unknown names \['waist_roll"),
        ("keypoint_names", list(KEYPOINT_NAMES[:-1]), r"field 'keypoint_names' .*lacks \['right_hand'\]"),
        ("control_hz", 100, "field 'control_hz' is 100, expected 50"),
        ("kp", [100.0] * 22, r"field 'kp' has shape \(22,\), expected \(23\)"),
        ("kd", [-1.0] * 23, "field 'kd' holds a value that is negative"),
        ("default_joint_pos", "zero", "field 'default_joint_pos' does not hold numbers"),
        ("action_scale", 0.0, "field 'action_scale' is 0.0, expected a positive number"),
        ("observations", [["joint_angles", 1]], "field 'observations' has an unknown observation term 'joint_angles'"),
        ("observations", 5, "field 'observations' is not a list"),
        ("observations", [["last_weight_logits", 1]], "maps 69 numbers to 23, its metadata expects 27 and 50"),
        ("residual_action", 1, "field 'residual_action' is 1, expected true or false"),
        ("observations", [["joint_pos", 1]], "maps 69 numbers to 23, its metadata expects 23 and 23"),
    ],
)
def test_a_policy_for_something_else_is_refused(tmp_path, name, value, message):
    entries = to_entries(metadata()) | {name: json.dumps(value)}
    with pytest.raises(InputError, match=message) as caught:
        Policy(write_policy(tmp_path / "policy.onnx", entries=entries))
    assert str(caught.value).startswith(str(tmp_path / "policy.onnx"))


def test_damaged_entries_and_files_are_refused(tmp_path):
    entries = to_entries(metadata()) | {"kp": "[1, 2"}
    with pytest.raises(InputError, match="metadata field 'kp' is not JSON"):
        Policy(write_policy(tmp_path / "policy.onnx", entries=entries))
    (tmp_path / "text.onnx").write_text("not a network")
    with pytest.raises(InputError, match="is not a readable ONNX network"):
        Policy(tmp_path / "text.onnx")
    with pytest.raises(InputError, match="no such policy file"):
        Policy(tmp_path / "absent.onnx")
    with pytest.raises(InputError, match="maps 69 numbers to 22, its metadata expects 69 and 23"):
        Policy(write_policy(tmp_path / "narrow.onnx", weight=np.zeros((69, 22)), bias=np.zeros(22)))


def test_targets_are_equation_4_of_the_output(tmp_path, scene):
    state, reference, parameters = scene
    bias = np.zeros(23)
    bias[0], bias[1] = 2.0, 30.0
    policy = Policy(write_policy(tmp_path / "p.onnx", bias=bias))
    policy.reset(reference, parameters)
    offset = policy.act(state, 0) - constants.DEFAULT_JOINT_POS
    np.testing.assert_allclose(offset[:3], [0.5, 2.5, 0.0])


def test_the_network_sees_the_observations_that_training_uses(tmp_path, scene):
    """A network that passes on its inputs 0..22 shows, step by step, what it was given."""
    state, reference, parameters = scene
    weight = np.zeros((layout_size(GOAL_ONLY), 23))
    weight[46:, :] = np.eye(23)  # the newer of the two last actions
    policy = Policy(write_policy(tmp_path / "p.onnx", weight=weight, bias=np.ones(23)))
    policy.reset(reference, parameters)
    actions = [(policy.act(state, t) - constants.DEFAULT_JOINT_POS) / 0.25 for t in range(3)]
    np.testing.assert_allclose(np.array(actions)[:, 0], [1.0, 2.0, 3.0])
    policy.reset(reference, parameters)
    np.testing.assert_allclose(policy.act(state, 0) - constants.DEFAULT_JOINT_POS, 0.25)


def test_residual_actions_are_around_the_next_goal(tmp_path, scene):
    state, reference, parameters = scene
    about = metadata(residual_action=True)
    policy = Policy(write_policy(tmp_path / "p.onnx", bias=np.full(23, 0.4), about=about))
    policy.reset(reference, parameters)
    for frame in (0, 3):
        np.testing.assert_allclose(policy.act(state, frame) - 0.1, reference.motion.joint_pos[frame + 1], atol=1e-7)
    entries = to_entries(about)
    assert json.loads(entries.pop("residual_action")) is True
    assert not Policy(write_policy(tmp_path / "old.onnx", entries=entries)).metadata.residual_action


def test_chosen_weights_are_shown_again_and_move_nothing(tmp_path, scene):
    state, reference, parameters = scene
    about = metadata((("joint_pos", 1), ("last_action", 1), ("last_weight_logits", 1)))
    bias = np.concatenate([np.full(23, 0.4), np.linspace(-20.0, 20.0, 27)])
    policy = Policy(write_policy(tmp_path / "p.onnx", np.zeros((73, 50)), bias, about))
    policy.reset(reference, parameters)
    assert not policy.observe(state, 0)[46:].any()
    policy.reset(reference, parameters)
    np.testing.assert_allclose(policy.act(state, 0), constants.DEFAULT_JOINT_POS + 0.1, atol=1e-7)
    np.testing.assert_allclose(policy.observe(state, 1)[46:], np.clip(bias[23:], -10.0, 10.0), rtol=1e-6)


@pytest.mark.parametrize(
    "layout", [TEACHER, STUDENT, DOF_TEACHER, BEYONDMIMIC_ACTOR], ids=["teacher", "student", "dofs", "beyondmimic"]
)
def test_observations_equal_those_of_the_tracking_package(tmp_path, scene, layout):
    state, reference, parameters = scene
    policy = Policy(write_policy(tmp_path / "p.onnx", about=metadata(layout)))
    policy.reset(reference, parameters)
    expected, _ = observe(
        layout, replace(state, last_action=np.zeros(23)), reference.goal(0, tuple(range(1, 11))), parameters
    )
    np.testing.assert_array_equal(policy.observe(state, 0), expected)


def test_noise_is_seeded_and_scales(tmp_path, scene):
    state, reference, parameters = scene
    path = write_policy(tmp_path / "p.onnx", about=metadata(STUDENT))

    def observed(**settings) -> np.ndarray:
        policy = Policy(path, **settings)
        policy.reset(reference, parameters)
        return policy.observe(state, 0)

    exact, noisy = observed(), observed(noise=1.0, seed=3)
    np.testing.assert_array_equal(noisy, observed(noise=1.0, seed=3))
    assert np.abs(noisy - observed(noise=1.0, seed=4)).max() > 0.01
    goal = slice(-810, None)
    assert np.std((noisy - exact)[goal]) == pytest.approx(np.hypot(0.05, 0.02 / np.sqrt(3)), rel=0.1)
    assert np.std((noisy - exact)[:230].reshape(10, 23)[0]) == pytest.approx(0.01, rel=0.5)


def test_an_output_that_is_not_finite_is_refused(tmp_path, scene):
    state, reference, parameters = scene
    policy = Policy(write_policy(tmp_path / "p.onnx", bias=np.full(23, np.nan)))
    policy.reset(reference, parameters)
    with pytest.raises(InputError, match="the output is not finite in frame 7"):
        policy.act(state, 7)


def test_a_policy_step_takes_a_fraction_of_its_20_ms(tmp_path, scene):
    """Budget: p99 under 1 ms on an idle core; the bound here only catches a blunder on a busy one."""
    state, reference, parameters = scene
    policy = Policy(write_policy(tmp_path / "p.onnx", about=metadata(STUDENT)))
    policy.reset(reference, parameters)
    times = []
    for frame in range(100):
        begin = time.process_time()
        policy.act(state, frame % len(reference))
        times.append(time.process_time() - begin)
    assert np.median(times) < 0.005


def test_a_policy_runs_in_a_rollout_on_its_own_feet(tmp_path):
    """Zero actions ask for the default pose, in which the robot cannot balance for long."""
    rollout = simulate(standing(2.0), Policy(write_policy(tmp_path / "p.onnx")))
    assert rollout.controller == "tiny"
    assert not rollout.held
    np.testing.assert_allclose(rollout.action, 0.0, atol=1e-12)
    np.testing.assert_array_equal(rollout.support_force_w, 0.0)
    assert rollout.fell


def test_a_policy_runs_with_the_gains_it_was_trained_with(tmp_path):
    soft = metadata(kp=0.1 * constants.KP, kd=0.1 * constants.KD)
    rollouts = [
        simulate(standing(0.5), Policy(write_policy(tmp_path / f"{name}.onnx", about=about)))
        for name, about in (("soft", soft), ("stiff", metadata()))
    ]
    sag = [np.abs(r.joint_pos - r.reference_joint_pos).max() for r in rollouts]
    assert sag[0] > 3 * sag[1]


def test_goals_and_sensors_have_noise_of_their_own(scene, tmp_path):
    state, reference, parameters = scene
    path = write_policy(tmp_path / "policy.onnx", about=metadata((("joint_pos", 1), ("future_keypoint_pos", 1))))
    seen = {}
    for sensors, goals in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0)):
        policy = Policy(path, noise=sensors, goal_noise=goals)
        policy.reset(reference, parameters)
        seen[sensors, goals] = policy.observe(state, 0)
    goal_terms = np.abs(seen[0.0, 1.0] - seen[0.0, 0.0]) > 0
    sensor_terms = np.abs(seen[1.0, 0.0] - seen[0.0, 0.0]) > 0
    assert goal_terms.any() and sensor_terms.any() and not (goal_terms & sensor_terms).any()


ODOMETRIC = (("joint_pos", 1), ("projected_gravity_b", 1), ("goal_keypoint_diff", 1))


def test_a_privileged_policy_gets_exact_sensors_and_a_students_noise_is_that_of_training(tmp_path, scene):
    state, reference, parameters = scene

    def seen(layout, noise, **changes) -> np.ndarray:
        policy = Policy(
            write_policy(tmp_path / "p.onnx", about=metadata(layout, **changes)), noise=noise, goal_noise=0.0
        )
        policy.reset(reference, parameters)
        return policy.observe(state, 0)

    for layout, changes, standard in (
        (TEACHER, {}, 0.0),
        (STUDENT, {}, 1.0),
        (ODOMETRIC, {}, 0.0),
        (ODOMETRIC, {"estimated_state": True}, 1.0),
    ):
        np.testing.assert_array_equal(seen(layout, None, **changes), seen(layout, standard, **changes))
    assert np.abs(seen(STUDENT, None) - seen(STUDENT, 0.0)).max() > 0.01


def test_a_policy_on_its_own_sensors_learns_nothing_of_where_the_simulator_has_put_it(tmp_path, scene):
    """Pushed aside, thrown and stamped on: it must not notice, unlike one that is told."""
    state, reference, parameters = scene
    aside = np.array([0.5, -0.2, 0.1])
    elsewhere = replace(
        state,
        root_pos_w=state.root_pos_w + aside,
        keypoint_pos_w=state.keypoint_pos_w + aside,
        root_lin_vel_w=state.root_lin_vel_w + 1.0,
        keypoint_lin_vel_w=state.keypoint_lin_vel_w + 1.0,
        keypoint_ang_vel_w=state.keypoint_ang_vel_w + 1.0,
        foot_force_w=state.foot_force_w + 100.0,
    )

    def seen(estimated: bool, second, **options) -> np.ndarray:
        about = metadata(ODOMETRIC, estimated_state=estimated)
        policy = Policy(write_policy(tmp_path / "p.onnx", about=about), **options)
        policy.reset(reference, parameters)
        policy.observe(state, 0)
        return policy.observe(second, 1)

    np.testing.assert_array_equal(seen(True, state), seen(True, elsewhere))
    assert np.abs(seen(False, state) - seen(False, elsewhere)).max() > 0.4
    assert np.abs(seen(True, state, on_robot=True) - seen(True, elsewhere, on_robot=True)).max() > 0.4
    turned = replace(state, joint_pos=state.joint_pos + 0.1)
    assert np.abs(seen(True, state) - seen(True, turned)).max() > 0.05, "but it feels its joints"


def test_without_noise_a_robot_that_stands_knows_where_it_is(tmp_path, scene):
    state, reference, parameters = scene
    layout = (("keypoint_pos", 1), ("keypoint_quat", 1), ("goal_keypoint_diff", 1))
    known = []
    for estimated in (True, False):
        policy = Policy(write_policy(tmp_path / "p.onnx", about=metadata(layout, estimated_state=estimated)))
        policy.reset(reference, parameters)
        known.append([policy.observe(state, frame) for frame in range(5)][-1])
    np.testing.assert_allclose(known[0], known[1], atol=5e-3)
