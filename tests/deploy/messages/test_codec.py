import numpy as np
import pytest
from deploy.messages.random_messages import random_low_state

from genmimic.deploy.link import LowCommand, RemoteState
from genmimic.deploy.messages.codec import decode_command, decode_state, encode_command, toward_zero
from genmimic.deploy.messages.machine import G1_23, G1_29, G1_29_LOCKED, MACHINES, machine_of, motor_name
from genmimic.deploy.messages.records import is_intact
from genmimic.deploy.messages.remote import BUTTONS, decode_remote, encode_remote
from genmimic.errors import InputError
from genmimic.robot.names import JOINT_NAMES, SDK_JOINT_NAMES, SDK_MOTOR_INDICES


def command(seed: int = 0) -> LowCommand:
    rng = np.random.default_rng(seed)
    fields = ("joint_pos", "kp", "kd", "joint_vel", "feedforward")
    return LowCommand(**{name: rng.uniform(0.1, 1.0, 23).astype(np.float32).astype(np.float64) for name in fields})


def test_command_and_back() -> None:
    given = command()
    message = encode_command(given, G1_23, 4)
    back = decode_command(message)
    for name in ("joint_pos", "kp", "kd", "joint_vel", "feedforward"):
        np.testing.assert_array_equal(getattr(back, name), getattr(given, name))
    assert back.enabled
    assert is_intact(message)
    assert (int(message["mode_pr"]), int(message["mode_machine"])) == (0, 4)


def test_each_joint_goes_to_its_motor_and_absent_ones_are_disabled() -> None:
    message = encode_command(command(), G1_23, 4)
    motors = message["motor_cmd"]
    for joint, motor in zip(range(23), SDK_MOTOR_INDICES, strict=True):
        assert SDK_JOINT_NAMES[motor] == JOINT_NAMES[joint]
        assert motors["q"][motor] == np.float32(command().joint_pos[joint])
    assert set(np.flatnonzero(motors["mode"] == 0)) == {13, 14, 20, 21, 27, 28, *range(29, 35)}
    for index in np.flatnonzero(motors["mode"] == 0):
        assert all(motors[name][index] == 0 for name in ("q", "dq", "tau", "kp", "kd"))


def test_a_larger_robot_has_its_six_joints_held_at_zero() -> None:
    motors = encode_command(command(), G1_29, 5)["motor_cmd"]
    extra = list(G1_29.extra)
    assert extra == [13, 14, 20, 21, 27, 28]
    assert (motors["mode"][:29] == 1).all()
    assert not motors["mode"][29:].any()
    assert not motors["q"][extra].any()
    assert (motors["kp"][extra] > 0).all()
    damping = encode_command(LowCommand.damping(), G1_29, 5)["motor_cmd"]
    assert not damping["kp"].any()
    assert (damping["kd"][:29] == 8.0).all()
    locked = encode_command(command(), G1_29_LOCKED, 6)["motor_cmd"]
    assert not locked["mode"][[13, 14]].any()
    assert locked["mode"][[20, 21, 27, 28]].all()


def test_joints_go_to_zero_at_a_limited_speed() -> None:
    start = np.array([0.5, -0.001, 0.0])
    after = toward_zero(start, 0.01)
    np.testing.assert_allclose(after, [0.497, 0.0, 0.0])


def test_switched_off() -> None:
    off = LowCommand(np.zeros(23), np.ones(23), np.ones(23), enabled=False)
    message = encode_command(off, G1_23, 4)
    assert not message["motor_cmd"]["mode"].any()
    back = decode_command(message)
    assert not back.enabled
    assert not back.kp.any()


def test_state_is_passed_on_as_it_came() -> None:
    message = random_low_state(np.random.default_rng(1))
    message["motor_state"]["q"][SDK_MOTOR_INDICES[5]] = np.nan
    message["motor_state"]["temperature"][SDK_MOTOR_INDICES[2]] = (40, 91)
    message["motor_state"]["motorstate"][SDK_MOTOR_INDICES[7]] = 0x200
    message["motor_state"]["vol"] = 50.0
    state = decode_state(message, 1.5)
    assert state.stamp == 1.5
    assert np.isnan(state.joint_pos[5])
    assert np.isfinite(np.delete(state.joint_pos, 5)).all()
    assert state.motor_temperature[2] == 91
    assert state.motor_fault[7] == 0x200
    assert state.battery_voltage == 50.0
    np.testing.assert_array_equal(state.imu_quat_w, message["imu_state"]["quaternion"])
    message["motor_state"]["vol"] = 0.0
    assert decode_state(message, 0.0).battery_voltage is None


@pytest.mark.parametrize("button", BUTTONS)
def test_remote_buttons(button: str) -> None:
    remote = RemoteState(frozenset({button}), (0.5, -0.25), (-1.0, 0.75))
    assert decode_remote(encode_remote(remote)) == remote


def test_remote_layout() -> None:
    # unitree_sdk2's gamepad.hpp: A is bit 8 of the two bytes after the header
    data = np.zeros(40, np.uint8)
    data[3] = 1
    assert decode_remote(data).buttons == {"A"}
    data[4:8] = np.frombuffer(np.float32(np.nan).tobytes(), np.uint8)
    assert decode_remote(data).left_stick == (0.0, 0.0)


def test_builds() -> None:
    assert [len(machine.motors) for machine in MACHINES.values()] == [23, 29, 27, 23, 29, 27]
    with pytest.raises(InputError, match="mode_machine 9"):
        machine_of(9)
    assert motor_name(13) == "waist_roll_joint"
    assert motor_name(30) == "motor 30"
