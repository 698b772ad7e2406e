import pytest

from genmimic.deploy.control.measurable import unmeasurable_terms
from genmimic.tracking.layouts import BEYONDMIMIC_ACTOR, FORESEEING_TEACHER, FORESEEN_STEPS
from genmimic.tracking.observations import PROPRIOCEPTION, STUDENT, TEACHER
from genmimic.tracking.terms import GOAL_FUTURE


def test_the_student_sees_only_what_sensors_tell():
    assert unmeasurable_terms(STUDENT, GOAL_FUTURE) == []


@pytest.mark.parametrize(
    ("layout", "steps", "some"),
    [
        (TEACHER, GOAL_FUTURE, {"keypoint_pos", "goal_keypoint_diff", "foot_force", "kp_scale", "base_com_offset"}),
        (FORESEEING_TEACHER, FORESEEN_STEPS, {"later_keypoint_diff"}),
        (BEYONDMIMIC_ACTOR, GOAL_FUTURE, {"root_lin_vel_b", "anchor_pos_b"}),
    ],
)
def test_others_see_more(layout, steps, some):
    hidden = set(unmeasurable_terms(layout, steps))
    assert some <= hidden
    assert not hidden & {*PROPRIOCEPTION, "local_keypoint_pos"}
