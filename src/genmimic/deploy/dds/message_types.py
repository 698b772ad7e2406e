"""Message types for CycloneDDS: what is announced on the network; `deploy.messages.records` packs and reads the bytes.

Field by field, Python's CycloneDDS takes a millisecond for a message of 35 motors; as numpy records it takes some
microseconds. The fields declared here give a type its name and description, which others' DDS compare with theirs; an
instance holds nothing but its record. Requests and responses of services are rare and small, and packed by CycloneDDS.

A byte must be declared as `byte`, the octet of Unitree's IDL. As `uint8`, which CycloneDDS 11 announces as a type of
its own, it crashes programs that use Unitree's SDK (CycloneDDS 0.10.2) as soon as they hear of it.
"""

# CycloneDDS reads the annotations: they must not become strings
# pyright: reportMissingTypeStubs=false, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportIncompatibleMethodOverride=false, reportInvalidTypeForm=false

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cyclonedds.idl.annotations as annotate
import numpy as np
from cyclonedds.idl import IdlStruct
from cyclonedds.idl.types import array, byte, float32, int16, int32, int64, sequence, uint32

from genmimic.deploy.messages.records import LOW_CMD, LOW_STATE, MOTORS, from_cdr, to_cdr


def packed(layout: np.dtype) -> Callable[[type[Any]], type[Any]]:
    """Let a message type hold nothing but a record of a layout; its own packing field by field is not used.

    The type gets `of(record)`, which wraps a record, and instances the attribute `record`.
    """

    def decorate(message: type[Any]) -> type[Any]:
        def of(record: np.ndarray) -> Any:
            sample = object.__new__(message)
            sample.record = record
            return sample

        message.of = staticmethod(of)
        message.serialize = lambda self, *args, **kwargs: to_cdr(self.record)
        message.deserialize = staticmethod(lambda data, *args, **kwargs: of(from_cdr(data, layout)))
        return message

    return decorate


@dataclass
@annotate.final
@annotate.autoid("sequential")
class MotorCmd(IdlStruct, typename="unitree_hg.msg.dds_.MotorCmd_"):
    """One motor's part of a command."""

    mode: byte
    q: float32
    dq: float32
    tau: float32
    kp: float32
    kd: float32
    reserve: uint32


@packed(LOW_CMD)
@dataclass
@annotate.final
@annotate.autoid("sequential")
class LowCmd(IdlStruct, typename="unitree_hg.msg.dds_.LowCmd_"):
    """A command, held as a record of `messages.LOW_CMD`."""

    mode_pr: byte
    mode_machine: byte
    motor_cmd: array[MotorCmd, MOTORS]
    reserve: array[uint32, 4]
    crc: uint32


@dataclass
@annotate.final
@annotate.autoid("sequential")
class ImuState(IdlStruct, typename="unitree_hg.msg.dds_.IMUState_"):
    """The IMU's part of a state."""

    quaternion: array[float32, 4]
    gyroscope: array[float32, 3]
    accelerometer: array[float32, 3]
    rpy: array[float32, 3]
    temperature: int16


@dataclass
@annotate.final
@annotate.autoid("sequential")
class MotorState(IdlStruct, typename="unitree_hg.msg.dds_.MotorState_"):
    """One motor's part of a state."""

    mode: byte
    q: float32
    dq: float32
    ddq: float32
    tau_est: float32
    temperature: array[int16, 2]
    vol: float32
    sensor: array[uint32, 2]
    motorstate: uint32
    reserve: array[uint32, 4]


@packed(LOW_STATE)
@dataclass
@annotate.final
@annotate.autoid("sequential")
class LowState(IdlStruct, typename="unitree_hg.msg.dds_.LowState_"):
    """A state, held as a record of `messages.LOW_STATE`."""

    version: array[uint32, 2]
    mode_pr: byte
    mode_machine: byte
    tick: uint32
    imu_state: ImuState
    motor_state: array[MotorState, MOTORS]
    wireless_remote: array[byte, 40]
    reserve: array[uint32, 4]
    crc: uint32


@dataclass
@annotate.final
@annotate.autoid("sequential")
class RequestIdentity(IdlStruct, typename="unitree_api.msg.dds_.RequestIdentity_"):
    """Which request, of which kind."""

    id: int64
    api_id: int64


@dataclass
@annotate.final
@annotate.autoid("sequential")
class RequestLease(IdlStruct, typename="unitree_api.msg.dds_.RequestLease_"):
    """Who may ask; 0 for anybody."""

    id: int64


@dataclass
@annotate.final
@annotate.autoid("sequential")
class RequestPolicy(IdlStruct, typename="unitree_api.msg.dds_.RequestPolicy_"):
    """How urgent it is, and whether nobody waits."""

    priority: int32
    noreply: bool


@dataclass
@annotate.final
@annotate.autoid("sequential")
class RequestHeader(IdlStruct, typename="unitree_api.msg.dds_.RequestHeader_"):
    """What every request begins with."""

    identity: RequestIdentity
    lease: RequestLease
    policy: RequestPolicy


@dataclass
@annotate.final
@annotate.autoid("sequential")
class Request(IdlStruct, typename="unitree_api.msg.dds_.Request_"):
    """A call of one of the robot's services; the parameter is JSON."""

    header: RequestHeader
    parameter: str
    binary: sequence[byte]


@dataclass
@annotate.final
@annotate.autoid("sequential")
class ResponseStatus(IdlStruct, typename="unitree_api.msg.dds_.ResponseStatus_"):
    """0 for success."""

    code: int32


@dataclass
@annotate.final
@annotate.autoid("sequential")
class ResponseHeader(IdlStruct, typename="unitree_api.msg.dds_.ResponseHeader_"):
    """What every response begins with: the request's identity."""

    identity: RequestIdentity
    status: ResponseStatus


@dataclass
@annotate.final
@annotate.autoid("sequential")
class Response(IdlStruct, typename="unitree_api.msg.dds_.Response_"):
    """A service's answer; the data is JSON."""

    header: ResponseHeader
    data: str
    binary: sequence[byte]
