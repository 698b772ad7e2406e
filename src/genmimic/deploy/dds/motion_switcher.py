"""Which of the robot's own controllers is active, and how to switch it off: Unitree's service `motion_switcher`.

A request is published on one topic and its answer comes on another, with the request's number. Names, numbers and JSON
fields: unitree_sdk2_python, `comm/motion_switcher`. While one of its own controllers is active a robot is commanded
twice, so nothing is sent before it has been released. A robot that stands by itself then sinks down or falls.
"""

# pyright: reportMissingTypeStubs=false, reportArgumentType=false

from __future__ import annotations

import json
import time
from collections.abc import Callable

from cyclonedds.domain import DomainParticipant
from cyclonedds.pub import DataWriter
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic

from genmimic.deploy.dds.message_types import (
    Request,
    RequestHeader,
    RequestIdentity,
    RequestLease,
    RequestPolicy,
    Response,
    ResponseHeader,
    ResponseStatus,
)
from genmimic.errors import InputError

REQUEST_TOPIC, RESPONSE_TOPIC = "rt/api/motion_switcher/request", "rt/api/motion_switcher/response"
CHECK_MODE, SELECT_MODE, RELEASE_MODE = 1001, 1002, 1003
NOT_IMPLEMENTED, BAD_NAME = 3203, 7004
_RETRY = 1.0


class MotionSwitcher:
    """Asks a robot about its own controllers."""

    def __init__(self, participant: DomainParticipant) -> None:
        """Announce that there will be questions."""
        self._writer = DataWriter(participant, Topic(participant, REQUEST_TOPIC, Request))
        self._reader = DataReader(participant, Topic(participant, RESPONSE_TOPIC, Response))

    def active(self, timeout: float = 5.0) -> str:
        """Name of the active controller, such as 'ai'; empty for none.

        Raises:
            InputError: No answer, or an error.
        """
        data = self._call(CHECK_MODE, timeout)
        try:
            return str(json.loads(data or "{}").get("name") or "")
        except (ValueError, AttributeError):
            raise InputError(f"the robot's motion switcher gave an answer that is not understood: {data!r}.") from None

    def release(self, timeout: float = 15.0) -> str:
        """Switch the active controller off and wait until none is active.

        Returns:
            Its name; empty if there was none.

        Raises:
            InputError: No answer, an error, or it remains active.
        """
        first = name = self.active()
        deadline = time.monotonic() + timeout
        while name:
            if time.monotonic() > deadline:
                raise InputError(
                    f"the robot's own controller '{name}' is still active after {timeout:.0f} s: switch the robot to "
                    "debug mode with its remote (L2 + R2) and try again."
                )
            self._call(RELEASE_MODE, 5.0)
            name = self.active()
            if name:
                time.sleep(_RETRY)
        return first

    def _call(self, api: int, timeout: float) -> str:
        """Ask, again every second in case the robot was not listening yet."""
        deadline = time.monotonic() + timeout
        numbers: set[int] = set()
        while time.monotonic() < deadline:
            number = time.monotonic_ns()
            numbers.add(number)
            header = RequestHeader(RequestIdentity(number, api), RequestLease(0), RequestPolicy(0, False))
            self._writer.write(Request(header, "{}", []))
            answer = self._answer(numbers, min(deadline, time.monotonic() + _RETRY))
            if answer is not None:
                if answer.header.status.code:
                    raise InputError(f"the robot's motion switcher reports error {answer.header.status.code}.")
                return answer.data
        raise InputError(
            f"the robot's motion switcher has not answered for {timeout:.0f} s; is the robot fully started? To go on "
            "without it, switch the robot to debug mode with its remote (L2 + R2) and give --no-release."
        )

    def _answer(self, numbers: set[int], deadline: float) -> Response | None:
        while time.monotonic() < deadline:
            for sample in self._reader.take(16):
                if isinstance(sample, Response) and sample.header.identity.id in numbers:
                    return sample
            time.sleep(0.01)
        return None


class MotionSwitcherServer:
    """The simulated robot's side of it."""

    def __init__(
        self, participant: DomainParticipant, active: Callable[[], str], select: Callable[[str], None]
    ) -> None:
        """Answer questions in `poll`.

        Args:
            participant: Where.
            active: Gives the name of the active controller.
            select: Makes the controller of that name the active one, or none if it is empty.
        """
        self._active, self._select = active, select
        self._reader = DataReader(participant, Topic(participant, REQUEST_TOPIC, Request))
        self._writer = DataWriter(participant, Topic(participant, RESPONSE_TOPIC, Response))

    def poll(self) -> None:
        """Answer all questions that wait."""
        for request in self._reader.take(16):
            if not isinstance(request, Request):
                continue
            code, data = self._answer(request)
            if not request.header.policy.noreply:
                header = ResponseHeader(request.header.identity, ResponseStatus(code))
                self._writer.write(Response(header, data, []))

    def _answer(self, request: Request) -> tuple[int, str]:
        api = request.header.identity.api_id
        if api == CHECK_MODE:
            return 0, json.dumps({"form": "0", "name": self._active()})
        if api == RELEASE_MODE:
            self._select("")
            return 0, ""
        if api == SELECT_MODE:
            try:
                self._select(str(json.loads(request.parameter)["name"]))
            except (ValueError, KeyError, TypeError):
                return BAD_NAME, ""
            return 0, ""
        return NOT_IMPLEMENTED, ""
