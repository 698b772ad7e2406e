import numpy as np
import pytest

from genmimic.deploy.link import COMMAND_TIMEOUT, LowCommand
from genmimic.deploy.sim_robot.faults import Fault, FaultKind
from genmimic.deploy.sim_robot.loopback_link import LoopbackLink
from genmimic.deploy.sim_robot.robot import SimRobotOptions
from genmimic.robot import constants

HOLD = LowCommand(constants.DEFAULT_JOINT_POS.copy(), constants.KP.copy(), constants.KD.copy())


def link_with(kind: FaultKind | None = None, value: float = 0.0, **options) -> LoopbackLink:
    faults = () if kind is None else (Fault(kind, value, 0.2, 0.2),)
    link = LoopbackLink(SimRobotOptions(hoist="keep", faults=faults), **options)
    link.advance(0.02)
    return link


def test_robot_is_heard_and_obeys() -> None:
    link = LoopbackLink(SimRobotOptions(hoist="keep"))
    assert link.latest() is None
    link.advance(0.004)
    state = link.latest()
    assert state is not None
    assert state.stamp == pytest.approx(link.now)
    link.send(HOLD)
    link.advance(0.004)
    np.testing.assert_allclose(link.robot.obeyed().kp, constants.KP)
    assert link.others() == 0


def test_the_same_seed_gives_the_same_numbers() -> None:
    def run() -> np.ndarray:
        link = link_with(delay=0.004, loss=0.1)
        link.send(HOLD)
        link.advance(0.3)
        return link.latest().joint_pos

    np.testing.assert_array_equal(run(), run())


def test_delay_makes_commands_and_states_late() -> None:
    link = link_with(delay=0.01)
    link.send(HOLD)
    link.advance(0.01)
    assert not link.robot.obeyed().kp.any()
    link.advance(0.004)
    assert link.robot.obeyed().kp.all()
    assert 1e3 * link.now - link.latest().tick == pytest.approx(10.0, abs=2.1)


def test_silent_controller_is_braked() -> None:
    link = link_with()
    link.send(HOLD)
    link.advance(0.9 * COMMAND_TIMEOUT)
    assert link.robot.obeyed().kp.all()
    link.advance(0.2 * COMMAND_TIMEOUT)
    assert not link.robot.obeyed().kp.any()
    assert (link.robot.obeyed().kd == 8.0).all()  # the link's damping, not the firmware's


@pytest.mark.parametrize("kind", [FaultKind.SILENCE, FaultKind.STALL, FaultKind.BAD_CRC, FaultKind.DROP])
def test_states_grow_old_during_a_fault_and_fresh_again(kind: FaultKind) -> None:
    link = link_with(kind, 1.0)
    ages = []
    for _ in range(30):
        link.send(HOLD)
        link.advance(0.02)
        ages.append(link.now - link.latest().stamp)
    assert max(ages[:9]) < 0.005
    assert max(ages[10:20]) > 0.15
    assert max(ages[22:]) < 0.005
    if kind is FaultKind.BAD_CRC:
        assert link.rejected == pytest.approx(100, abs=3)
    if kind in (FaultKind.STALL, FaultKind.DROP):
        assert link.robot.refused == 0


def test_second_publisher_is_counted_while_it_is_there() -> None:
    link = link_with(FaultKind.SECOND_PUBLISHER)
    link.send(HOLD)
    seen = []
    for _ in range(25):
        link.send(HOLD)
        link.advance(0.02)
        seen.append(link.others())
    assert seen[0] == 0
    assert 1 in seen
    assert seen[-1] == 0


def test_closing_brakes_first_and_says_nothing_after() -> None:
    link = link_with()
    link.send(HOLD)
    link.advance(0.02)
    link.close()
    assert not link.robot.obeyed().kp.any()
    link.advance(0.5)
    assert (link.robot.obeyed().kd == 5.0).all()  # the firmware's own


def test_a_larger_robot_has_its_other_joints_brought_to_zero() -> None:
    link = LoopbackLink(SimRobotOptions(mode_machine=5, hoist="keep"))
    link.robot.extra_joint_pos[:] = [0.2, -0.3, 0.0, 0.1, 0.0, 0.0]
    link.advance(0.02)
    targets = []
    for _ in range(75):
        link.send(HOLD)
        link.advance(0.02)
        targets.append(link.robot.extra_joint_pos.copy())
    assert np.abs(np.diff(targets, axis=0)).max() < 0.01  # 0.3 rad/s at most, and no jump at the start
    assert np.abs(targets[-1]).max() < 0.01
    assert link.robot.refused == 0
