import numpy as np

from genmimic.deploy.link import COMMAND_TIMEOUT, LowCommand
from genmimic.deploy.messages.codec import decode_command
from genmimic.deploy.messages.records import LOW_STATE, blank, is_intact
from genmimic.deploy.messages.sender import Sender


def state(mode_machine: int = 4) -> np.ndarray:
    message = blank(LOW_STATE)
    message["mode_machine"] = mode_machine
    return message


def holding(value: float = 0.1) -> LowCommand:
    return LowCommand(np.full(23, value), np.full(23, 50.0), np.full(23, 2.0))


def test_nothing_is_sent_before_the_robot_is_known() -> None:
    sender = Sender()
    assert sender.message(0.0, 0.002) is None
    sender.give(holding(), 0.0)
    assert sender.message(0.0, 0.002) is None
    sender.hear(state(9))  # no build that is known
    assert sender.message(0.0, 0.002) is None
    sender.hear(state())
    message = sender.message(0.0, 0.002)
    assert message is not None
    assert is_intact(message)


def test_commands_are_held_and_then_braked() -> None:
    sender = Sender()
    sender.hear(state())
    sender.give(holding(), 1.0)
    first, late = sender.message(1.0, 0.002), sender.message(1.0 + 0.99 * COMMAND_TIMEOUT, 0.002)
    assert first is late
    braked = sender.message(1.001 + COMMAND_TIMEOUT, 0.002)
    assert braked is not None
    command = decode_command(braked)
    assert not command.kp.any()
    assert (command.kd > 0).all()
    assert sender.timed_out == 1
    sender.give(holding(), 2.0)
    again = sender.message(2.0, 0.002)
    assert again is not None
    assert decode_command(again).kp.all()
    assert sender.timed_out == 1


def test_the_robots_number_is_given_back_even_if_it_changes() -> None:
    sender = Sender()
    sender.hear(state(4))
    sender.give(holding(), 0.0)
    assert int(sender.message(0.0, 0.002)["mode_machine"]) == 4
    sender.hear(state(5))
    assert int(sender.message(0.01, 0.002)["mode_machine"]) == 5


def test_joints_that_we_lack_go_slowly_to_zero() -> None:
    sender, message = Sender(), state(5)
    message["motor_state"]["q"][14] = 0.3
    sender.hear(message)
    sender.give(LowCommand.damping(), 0.0)
    assert sender.message(0.0, 0.002)["motor_cmd"]["q"][14] == np.float32(0.3)  # damped, not moved
    targets = []
    for beat in range(600):
        sender.give(holding(), 0.002 * beat)
        targets.append(float(sender.message(0.002 * beat, 0.002)["motor_cmd"]["q"][14]))
    assert np.abs(np.diff(targets)).max() < 7e-4
    assert targets[-1] == 0.0
