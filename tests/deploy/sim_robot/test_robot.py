import math
import os

import numpy as np
import pytest

from genmimic.deploy.link import LowCommand, RemoteState
from genmimic.deploy.messages.codec import decode_state, encode_command
from genmimic.deploy.messages.machine import G1_23, G1_29
from genmimic.deploy.messages.records import is_intact, seal
from genmimic.deploy.sim_robot.body import SimBody, standing
from genmimic.deploy.sim_robot.controls import Controls
from genmimic.deploy.sim_robot.faults import Fault, FaultKind
from genmimic.deploy.sim_robot.hoist import Hoist, HoistPhase
from genmimic.deploy.sim_robot.motors import MotorModel, battery_voltage, torque_range, warmed
from genmimic.deploy.sim_robot.robot import FIRMWARE_TIMEOUT, SimRobot, SimRobotOptions, roll_pitch_yaw
from genmimic.deploy.sim_robot.sensors import SensorModel
from genmimic.robot import constants
from genmimic.sim.world import Physics, World

HOLD = LowCommand(constants.DEFAULT_JOINT_POS.copy(), constants.KP.copy(), constants.KD.copy())
QUIET = SensorModel().noisier(0.0)


def told(robot: SimRobot, command: LowCommand = HOLD, ticks: int = 1) -> np.ndarray:
    for _ in range(ticks):
        robot.receive(encode_command(command, G1_23, 4))
        state = robot.tick()
    return state


def test_torque_limits_of_motor_and_battery() -> None:
    still = np.zeros(23)
    low, high = torque_range(still, 1.0)
    np.testing.assert_array_equal(high, constants.EFFORT_LIMIT)
    np.testing.assert_array_equal(low, -constants.EFFORT_LIMIT)
    low, high = torque_range(1.3 * constants.VELOCITY_LIMIT, 1.0)
    assert (high <= 1e-9).all()
    np.testing.assert_array_equal(low, -constants.EFFORT_LIMIT)  # it can brake at any speed
    assert (torque_range(constants.VELOCITY_LIMIT, 0.9)[1] < constants.EFFORT_LIMIT).all()


def test_battery_sags_and_motors_warm_up() -> None:
    model = MotorModel()
    idle = battery_voltage(model, np.zeros(23), np.zeros(23))
    assert idle < model.voltage
    assert battery_voltage(model, np.full(23, 20.0), np.full(23, 5.0)) < idle - 1.0
    winding = shell = np.full(23, 25.0)
    for _ in range(60):
        winding, shell = warmed(model, winding, shell, 0.5 * constants.EFFORT_LIMIT, 1.0)
    assert (winding > 60.0).all()
    assert ((shell > 25.0) & (shell < winding)).all()


def test_body_moves_as_the_world_of_the_rollouts() -> None:
    """The same PD, gains and model; only the time step is another (5 ms there)."""
    body, world = SimBody(0.005), World(Physics())
    body.reset(standing())
    world.reset(standing())
    target = constants.DEFAULT_JOINT_POS + 0.1
    for _ in range(25):
        state = world.step(target)
        body.step(LowCommand(target, constants.KP, constants.KD), steps=4)
    truth = body.truth()
    np.testing.assert_allclose(truth.joint_pos, state.joint_pos, atol=1e-6)
    np.testing.assert_allclose(truth.root_pos_w, state.root_pos_w, atol=1e-6)
    np.testing.assert_allclose(truth.root_quat_w, state.root_quat_w, atol=1e-6)


def test_feedforward_and_velocity_target() -> None:
    body = SimBody(0.001)
    nothing = np.zeros(23)
    push = np.zeros(23)
    push[12] = 5.0
    body.step(LowCommand(nothing, nothing, nothing, feedforward=push))
    np.testing.assert_allclose(body.torque, push, atol=1e-9)
    body.reset(standing())
    speed = np.zeros(23)
    speed[12] = 2.0
    body.step(LowCommand(nothing, nothing, np.full(23, 3.0), joint_vel=speed))
    assert body.torque[12] == pytest.approx(6.0, rel=0.1)


def test_message() -> None:
    robot = SimRobot(SimRobotOptions(sensors=QUIET, hoist="strapped"))
    robot.remote = RemoteState(frozenset({"A"}))
    message = told(robot, ticks=50)
    assert is_intact(message)
    state, truth = decode_state(message, 0.0), robot.body.truth()
    np.testing.assert_allclose(state.joint_pos, truth.joint_pos, atol=1e-6)
    np.testing.assert_allclose(state.joint_torque, robot.body.torque, rtol=1e-5, atol=1e-4)
    assert state.tick == 100
    assert state.mode_machine == 4
    assert state.remote.buttons == {"A"}
    assert 50.0 < (state.battery_voltage or 0.0) < 54.0
    assert np.linalg.norm(state.imu_lin_acc_b) == pytest.approx(9.81, abs=0.5)
    yaw = roll_pitch_yaw(state.imu_quat_w)[2]
    assert yaw == pytest.approx(QUIET.yaw, abs=0.02)


def test_noise_is_as_large_as_it_says_and_repeatable() -> None:
    def readings(seed: int) -> np.ndarray:
        robot = SimRobot(SimRobotOptions(seed=seed, hoist="strapped"))
        errors = []
        for _ in range(100):
            state = decode_state(told(robot), 0.0)
            errors.append(state.joint_pos - robot.body.truth().joint_pos)
        return np.array(errors)

    first = readings(0)
    assert first.std() == pytest.approx(SensorModel().joint_pos, rel=0.1)
    np.testing.assert_array_equal(first, readings(0))
    assert not np.array_equal(first, readings(1))


def test_what_a_robot_ignores() -> None:
    robot = SimRobot(SimRobotOptions(onboard="ai"))
    good = encode_command(HOLD, G1_23, 4)
    assert not robot.receive(good)  # its own controller is active
    robot.onboard = ""
    assert robot.receive(good)
    assert not robot.receive(encode_command(HOLD, G1_29, 5))
    spoilt = good.copy()
    spoilt["crc"] ^= 1
    assert not robot.receive(spoilt)
    other_mode = good.copy()
    other_mode["mode_pr"] = 1
    assert not robot.receive(seal(other_mode))
    assert robot.refused == 4


def test_damping_when_no_command_comes() -> None:
    robot = SimRobot(SimRobotOptions(hoist="keep"))
    told(robot, ticks=10)
    assert robot.obeyed().kp.all()
    for _ in range(math.ceil(FIRMWARE_TIMEOUT * 500) + 2):
        robot.tick()
    assert not robot.obeyed().kp.any()
    assert (robot.obeyed().kd > 0).all()
    told(robot)
    assert robot.obeyed().kp.all()


def test_a_free_robot_that_only_holds_a_pose_falls() -> None:
    robot = SimRobot(SimRobotOptions())
    told(robot, ticks=1200)
    assert robot.has_fallen()


def test_hoist_hangs_lowers_and_lets_go() -> None:
    hoist = Hoist(standing())
    seen: list[HoistPhase] = []

    def pass_time(seconds: float, command: LowCommand) -> None:
        for _ in range(round(seconds * 500)):
            hoist.advance(command, 0.002)
            if not seen or seen[-1] is not hoist.phase:
                seen.append(hoist.phase)

    pass_time(2.0, LowCommand.damping())
    for step in range(150):  # a soft start
        pass_time(0.02, LowCommand(np.full(23, 0.5 * step / 150), constants.KP, constants.KD))
    assert seen == [HoistPhase.HANG]
    pass_time(5.0, HOLD)
    assert seen == [HoistPhase.HANG, HoistPhase.LOWER, HoistPhase.STAND]
    assert hoist.share == 1.0
    for step in range(50):
        pass_time(0.02, LowCommand(np.full(23, 0.1 + 0.01 * step), constants.KP, constants.KD))
    assert seen[-2:] == [HoistPhase.LET_GO, HoistPhase.OFF]


@pytest.mark.parametrize("keep", [False, True])
def test_hoist_holds_while_nobody_balances(keep: bool) -> None:
    hoist = Hoist(standing(), keep=keep, hang=False)
    for command in (HOLD, LowCommand.damping(), HOLD):  # held, released, held again: no policy yet
        for _ in range(1000):
            hoist.advance(command, 0.002)
    assert hoist.phase is HoistPhase.STAND
    for step in range(100):
        for _ in range(10):
            hoist.advance(LowCommand(np.full(23, 0.01 * step), constants.KP, constants.KD), 0.002)
    assert hoist.phase is (HoistPhase.STAND if keep else HoistPhase.OFF)


def test_hung_up_its_feet_clear_the_floor() -> None:
    robot = SimRobot(SimRobotOptions(hoist="hang"))
    for _ in range(250):
        robot.tick()
    assert robot.body.truth().root_pos_w[2] > standing().root_pos_w[2] + 0.05
    assert robot.body.data.ncon == 0


@pytest.mark.parametrize(
    ("kind", "value", "shows"),
    [
        (FaultKind.HOT, 97.0, lambda s: s.motor_temperature[3] == 97.0),
        (FaultKind.MOTOR, 6.0, lambda s: s.motor_fault[6] == 1 and np.count_nonzero(s.motor_fault) == 1),
        (FaultKind.NAN, 0.0, lambda s: np.isnan(s.joint_pos[0])),
        (FaultKind.NAN, 1.0, lambda s: np.isnan(s.joint_vel[0])),
        (FaultKind.NAN, 2.0, lambda s: np.isnan(s.imu_quat_w[0])),
        (FaultKind.NAN, 3.0, lambda s: np.isnan(s.imu_ang_vel_b[0])),
        (FaultKind.MODE_MACHINE, 5.0, lambda s: s.mode_machine == 5),
    ],
)
def test_faults_show_in_the_message_and_only_in_their_time(kind: FaultKind, value: float, shows) -> None:
    robot = SimRobot(SimRobotOptions(hoist="keep", faults=(Fault(kind, value, 0.02, 0.02),)))
    states = [decode_state(told(robot), 0.0) for _ in range(40)]
    found = [bool(shows(state)) for state in states]
    assert not any(found[:8])
    assert all(found[10:18])
    assert not any(found[22:])


def test_a_broken_motor_gives_no_torque_and_a_push_pushes() -> None:
    faults = (Fault(FaultKind.MOTOR, 3.0), Fault(FaultKind.PUSH, 0.5, 0.1))
    robot = SimRobot(SimRobotOptions(hoist="keep", faults=faults))
    told(robot, ticks=20)
    assert robot.body.torque[3] == 0.0
    assert robot.body.torque[9] != 0.0
    before = robot.body.truth().root_lin_vel_w[0]
    told(robot, ticks=45)
    assert robot.body.truth().root_lin_vel_w[0] > before + 0.1


def test_joints_that_our_robot_lacks_follow_their_targets() -> None:
    robot = SimRobot(SimRobotOptions(mode_machine=5, hoist="keep"))
    targets = np.array([0.1, -0.1, 0.2, 0.0, 0.3, 0.0])
    for _ in range(200):
        robot.receive(encode_command(HOLD, G1_29, 5, targets))
        message = robot.tick()
    np.testing.assert_allclose(message["motor_state"]["q"][list(G1_29.extra)], targets, atol=1e-3)


def test_people_around_the_robot(monkeypatch: pytest.MonkeyPatch) -> None:
    robot = SimRobot(SimRobotOptions(hoist="keep"))
    people = Controls(robot)
    reading, writing = os.pipe()
    with os.fdopen(reading) as words:
        monkeypatch.setattr("sys.stdin", words)
        people.poll()
        os.write(writing, b"A\nrel")
        people.poll()
        assert decode_state(robot.tick(), 0.0).remote.buttons == {"A"}
        os.write(writing, b"ease\npush\ndance\n")
        before = robot.body.truth().root_lin_vel_w[0]
        people.poll()
        assert robot.hoist is not None
        assert robot.hoist.phase is HoistPhase.LET_GO
        assert robot.body.truth().root_lin_vel_w[0] == pytest.approx(before + 0.4)
        assert people.unknown == ["dance"]
        for _ in range(160):
            robot.tick()
        os.close(writing)
        people.poll()
        people.poll()
        assert decode_state(robot.tick(), 0.0).remote.buttons == frozenset()
