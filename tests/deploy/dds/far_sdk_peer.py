"""The other side of test_interoperability: run by a Python that has `far-unitree-sdk`, Unitree's own C++ DDS types.

Reads JSON lines from standard input and answers each with one on standard output; imports nothing of ours. The SDK
prints what it thinks of checksums to standard output, too: those lines are no JSON and are left to the test.
"""

import json
import sys
import time

import unitree_interface as sdk

COMMAND_FIELDS = ("q_target", "dq_target", "kp", "kd", "tau_ff")
MOTOR_FIELDS = ("q", "dq", "tau_est", "temperature", "voltage")
IMU_FIELDS = ("quat", "omega", "accel", "rpy")


def wait_for(read, wanted, timeout=5.0):
    """What `read` gives once its first number is the wanted one, or at the end of the time."""
    deadline = time.monotonic() + timeout
    while True:
        found = read()
        if abs(found["first"] - wanted) < 1e-6 or time.monotonic() > deadline:
            return found
        time.sleep(0.002)


def read_command(robot):
    command = robot.read_incoming_command()
    values = {name: list(getattr(command, name)) for name in COMMAND_FIELDS}
    return {"first": values["q_target"][0], **values}


def read_state(robot):
    state = robot.read_low_state()
    values = {name: list(getattr(state.motor, name)) for name in MOTOR_FIELDS}
    values.update({name: list(getattr(state.imu, name)) for name in IMU_FIELDS})
    return {"first": values["q"][0], "mode_machine": state.mode_machine, **values}


def write_command(robot, values):
    command = robot.create_zero_command()
    for name in COMMAND_FIELDS:
        setattr(command, name, values[name])
    robot.write_low_command(command)
    return {}


def write_state(robot, values):
    state = sdk.LowState(29)
    state.mode_machine, state.tick = values["mode_machine"], values["tick"]
    for name in MOTOR_FIELDS:
        setattr(state.motor, name, values[name])
    for name in IMU_FIELDS:
        setattr(state.imu, name, values[name])
    robot.publish_low_state(state)
    return {}


def main():
    robot = sdk.UnitreeInterface.create_g1("lo", dds_config=sys.argv[1])
    actions = {
        "read_command": lambda request: wait_for(lambda: read_command(robot), request["wanted"]),
        "read_state": lambda request: wait_for(lambda: read_state(robot), request["wanted"]),
        "write_command": lambda request: write_command(robot, request),
        "write_state": lambda request: write_state(robot, request),
        "answer_switcher": lambda request: robot.enable_motion_switcher_responder() or {},
    }
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(actions[request["do"]](request)), flush=True)


main()
