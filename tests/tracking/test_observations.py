from dataclasses import replace

import numpy as np
import pytest
from tracking.observation_scene import moved, random_scene, to_torch

from genmimic import rotation
from genmimic.tracking import layouts, observations, terms
from genmimic.tracking.mirroring import mirror_goal, mirror_parameters, mirror_state
from genmimic.tracking.observations import STUDENT, TEACHER, layout_mirror, layout_size, observe

ALL_LAYOUTS = {
    "teacher": TEACHER,
    "foreseeing teacher": layouts.FORESEEING_TEACHER,
    "student": STUDENT,
    "dof teacher": layouts.DOF_TEACHER,
    "weighing teacher": layouts.WEIGHING_TEACHER,
    "beyondmimic actor": layouts.BEYONDMIMIC_ACTOR,
    "beyondmimic critic": layouts.BEYONDMIMIC_CRITIC,
    "twist": layouts.TWIST_TEACHER,
}
LAYOUTS = pytest.mark.parametrize("layout", ALL_LAYOUTS.values(), ids=ALL_LAYOUTS.keys())


def test_the_rows_of_table_6_add_up():
    assert layout_size(TEACHER) == 507 + 162 + 88 == 757
    assert layout_size(STUDENT) == 1560 + 810 == 2370


def test_every_term_has_the_size_it_names():
    scene = random_scene(0, worlds=(3,))
    for term in observations.TERMS:
        assert term.function(*scene).shape == (3, term.size), term.name
        assert len(term.mirror) == term.size, term.name


def test_unknown_terms_and_empty_histories_are_refused():
    with pytest.raises(KeyError, match="unknown observation term 'joint_positions'"):
        layout_size((("joint_positions", 1),))
    with pytest.raises(KeyError, match="'joint_pos' has 0 steps"):
        layout_size((("joint_pos", 0),))


@LAYOUTS
def test_mirroring_the_scene_mirrors_the_observation(layout):
    state, goal, parameters = random_scene(1)
    mirrored = (mirror_state(state), mirror_goal(goal), mirror_parameters(parameters))
    mirror = layout_mirror(layout)
    history = mirrored_history = None
    for _ in range(2):  # the second step has a history
        observation, history = observe(layout, state, goal, parameters, history=history)
        of_mirrored, mirrored_history = observe(layout, *mirrored, history=mirrored_history)
        np.testing.assert_allclose(of_mirrored, mirror(observation), atol=1e-12)
        assert np.abs(of_mirrored - observation).max() > 0.1


@LAYOUTS
def test_mirroring_twice_changes_nothing(layout):
    mirror = layout_mirror(layout)
    x = np.random.default_rng(2).standard_normal(layout_size(layout))
    np.testing.assert_array_equal(mirror(mirror(x)), x)
    assert sorted(mirror.indices) == list(range(len(x)))


@LAYOUTS
@pytest.mark.parametrize("yaw", [0.7, 3.0, -2.5])
def test_moving_or_turning_the_scene_changes_nothing(layout, yaw):
    state, goal, parameters = random_scene(3)
    moved_state, moved_goal = moved(state, goal, yaw, np.array([3.0, -7.0]))
    before, _ = observe(layout, state, goal, parameters)
    after, _ = observe(layout, moved_state, moved_goal, parameters)
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_the_student_does_not_know_where_it_is():
    """Neither position, heading nor velocity of the robot in the world reaches a student."""
    state, goal, parameters = random_scene(4)
    moved_state, _ = moved(state, goal, 1.0, np.array([3.0, -7.0]))
    before, _ = observe(STUDENT, state, goal, parameters)
    after, _ = observe(STUDENT, moved_state, goal, parameters)
    np.testing.assert_allclose(after, before, atol=1e-9)


@LAYOUTS
def test_numpy_and_torch_give_the_same_numbers(layout):
    torch = pytest.importorskip("torch")
    scene = random_scene(5, worlds=(4,))
    tensors = tuple(to_torch(record) for record in scene)
    expected, history = observe(layout, *scene)
    observation, tensor_history = observe(layout, *tensors)
    np.testing.assert_allclose(observation.numpy(), expected, atol=1e-12)
    restart = np.array([True, False, False, True])
    other = random_scene(6, worlds=(4,))
    expected, _ = observe(layout, *other, history=history, restart=restart)
    observation, _ = observe(
        layout, *(to_torch(r) for r in other), history=tensor_history, restart=torch.as_tensor(restart)
    )
    np.testing.assert_allclose(observation.numpy(), expected, atol=1e-12)
    mirror = layout_mirror(layout)
    np.testing.assert_array_equal(mirror.like(observation)(observation).numpy(), mirror(observation.numpy()))


def test_a_batch_gives_each_world_its_own_observation():
    state, goal, parameters = random_scene(7, worlds=(5,))
    batch, _ = observe(TEACHER, state, goal, parameters)

    def world(record, i):
        return type(record)(**{name: x[i] for name, x in vars(record).items() if x is not None})

    for i in range(5):
        single, _ = observe(TEACHER, world(state, i), world(goal, i), world(parameters, i))
        np.testing.assert_allclose(batch[i], single, atol=1e-12)


def test_history_keeps_the_last_steps_oldest_first_and_restarts_per_world():
    layout = (("joint_pos", 3), ("root_ang_vel_b", 1))
    start = observations.start_history(layout, (np.full((2, 1), 1.0), np.full((2, 1), 10.0)))
    np.testing.assert_array_equal(observations.assemble(start), [[1, 1, 1, 10]] * 2)
    second = observations.push_history(start, (np.full((2, 1), 2.0), np.full((2, 1), 20.0)))
    np.testing.assert_array_equal(observations.assemble(second), [[1, 1, 2, 20]] * 2)
    third = observations.push_history(
        second, (np.full((2, 1), 3.0), np.full((2, 1), 30.0)), restart=np.array([False, True])
    )
    np.testing.assert_array_equal(observations.assemble(third), [[1, 2, 3, 30], [3, 3, 3, 30]])


def test_terms_of_a_simple_scene_by_hand():
    """A robot at (1, 2) facing +y, turning left at 2 rad/s; the goal hand is 0.5 m before its pelvis."""
    state, goal, parameters = random_scene(8)
    facing_y = rotation.from_axis_angle(np.array([0.0, 0.0, np.pi / 2]))
    values = {
        "root_pos_w": np.array([1.0, 2.0, 0.8]),
        "root_quat_w": facing_y,
        "root_ang_vel_w": np.array([0.0, 0.0, 2.0]),
        "keypoint_pos_w": np.tile([1.0, 3.0, 0.9], (27, 1)),
        "keypoint_quat_w": np.tile(facing_y, (27, 1)),
        "keypoint_lin_vel_w": np.tile([0.0, 1.5, 0.0], (27, 1)),
    }
    state = type(state)(**{**state.__dict__, **values})
    goal = replace(
        goal,
        keypoint_pos_w=np.tile([1.0, 2.5, 0.9], (20, 27, 1)),
        root_pos_w=np.array([1.0, 2.0, 0.8]),
        root_quat_w=facing_y,
        keypoint_quat_w=np.tile(facing_y, (20, 27, 1)),
        keypoint_lin_vel_w=np.tile([-1.0, 0.0, 0.0], (20, 27, 1)),
        keypoint_ang_vel_w=np.tile([0.0, 0.0, 0.5], (20, 27, 1)),
    )
    terms_of = {term.name: term for term in observations.TERMS}
    first = {t.name: t.function(state, goal, parameters)[:4] for t in observations.TERMS}
    np.testing.assert_allclose(first["root_ang_vel_b"], [0, 0, 2], atol=1e-12)
    np.testing.assert_allclose(first["projected_gravity_b"], [0, 0, -1], atol=1e-12)
    np.testing.assert_allclose(first["local_keypoint_pos"][:3], [1, 0, 0.1], atol=1e-12)
    np.testing.assert_allclose(first["keypoint_pos"][:3], [1, 0, 0.9], atol=1e-12)
    np.testing.assert_allclose(first["keypoint_quat"], [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(first["keypoint_lin_vel"][:3], [1.5, 0, 0], atol=1e-12)
    np.testing.assert_allclose(first["goal_keypoint_pos"][:3], [0.5, 0, 0.9], atol=1e-12)
    np.testing.assert_allclose(first["goal_keypoint_diff"][:3], [-0.5, 0, 0], atol=1e-12)
    np.testing.assert_allclose(first["future_keypoint_pos"][:3], [0.5, 0, 0.9], atol=1e-12)
    np.testing.assert_allclose(first["goal_root_pos"], [0.5, 0, 0.9], atol=1e-12)
    np.testing.assert_allclose(first["goal_root_quat"], [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(first["goal_joint_diff"], (goal.joint_pos[0] - state.joint_pos)[:4], atol=1e-12)
    np.testing.assert_allclose(first["anchor_pos_b"], [-0.5, 0, 0], atol=1e-12)
    np.testing.assert_allclose(first["anchor_rot_b"], [1, 0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(first["body_pos_anchor"][:3], [0, 0, 0], atol=1e-12)
    twist = terms_of["twist_goals"].function(state, goal, parameters)[:60]
    # height, gravity, yaw difference, velocity to its left, yaw rate
    np.testing.assert_allclose(twist[:10], [0.9, 0, 0, -1, 1, 0, 0, 1, 0, 0.5], atol=1e-12)
    np.testing.assert_allclose(twist[33:], np.zeros(27), atol=1e-12)


def test_goals_further_ahead_by_hand():
    state, goal, parameters = random_scene(3)
    goal = replace(goal, steps=(1, 6, 18), keypoint_pos_w=goal.keypoint_pos_w[:3])
    ahead, _ = observe((("later_keypoint_diff", 1),), state, goal, parameters)
    turn = rotation.conjugate(rotation.heading(state.root_quat_w))
    for part, frame in zip(ahead.reshape(2, 27, 3), (1, 2), strict=True):
        expected = [rotation.rotate(turn, d) for d in goal.keypoint_pos_w[frame] - state.keypoint_pos_w]
        np.testing.assert_allclose(part, expected, atol=1e-12)
    with pytest.raises(ValueError, match="none 6 ahead"):
        observe((("later_keypoint_diff", 1),), state, replace(goal, steps=(1, 5, 18)), parameters)


def test_gravity_leans_forward_with_the_robot():
    pitched = rotation.from_axis_angle(np.array([0.0, 0.3, 0.0]))
    state, goal, parameters = random_scene(9)
    state = type(state)(**{**state.__dict__, "root_quat_w": pitched})
    np.testing.assert_allclose(
        terms.projected_gravity_b(state, goal, parameters), [np.sin(0.3), 0, -np.cos(0.3)], atol=1e-12
    )


def test_orientation_signs_stay_continuous_through_a_full_turn_of_the_robot():
    """The quaternion of a world orientation flips its sign once per turn; the observed one must not jump."""
    state, goal, parameters = random_scene(10)
    relative = rotation.normalize(np.array([0.05, 0.9, 0.4, 0.1]))  # a limb turned by almost 180 degrees
    seen = []
    for yaw in np.linspace(0, 2 * np.pi, 50):
        root = rotation.from_axis_angle(np.array([0.0, 0.0, yaw]))
        quats = np.tile(rotation.multiply(root, relative), (27, 1))
        turned = type(state)(**{**state.__dict__, "root_quat_w": root, "keypoint_quat_w": quats})
        seen.append(terms.keypoint_quat(turned, goal, parameters)[:4])
    np.testing.assert_allclose(np.array(seen), np.tile(relative, (50, 1)), atol=1e-12)


def test_observing_compiles_without_graph_breaks():
    torch = pytest.importorskip("torch")
    mirror = layout_mirror(TEACHER)

    def step(state, goal, parameters, indices, signs):
        observation, _ = observe(TEACHER, state, goal, parameters)
        return observation, observation[..., indices] * signs

    scene = tuple(to_torch(record) for record in random_scene(11, worlds=(3,)))
    tensors = mirror.like(scene[0].joint_pos)
    compiled = torch.compile(step, fullgraph=True, backend="eager")
    for ours, theirs in zip(
        compiled(*scene, tensors.indices, tensors.signs), step(*scene, tensors.indices, tensors.signs), strict=True
    ):
        torch.testing.assert_close(ours, theirs)
