"""Ends of the robot's topics: writers, readers that never block, and who else writes commands."""

# pyright: reportMissingTypeStubs=false, reportArgumentType=false, reportAttributeAccessIssue=false

from __future__ import annotations

import time
from typing import Any

import numpy as np
from cyclonedds.core import DDSException, Policy, Qos
from cyclonedds.domain import DomainParticipant
from cyclonedds.pub import DataWriter
from cyclonedds.sub import DataReader
from cyclonedds.topic import Topic
from cyclonedds.util import duration

from genmimic.deploy.dds.message_types import LowCmd, LowState

COMMAND_TOPIC, STATE_TOPIC = "rt/lowcmd", "rt/lowstate"
RECENT = 1.0
"""A publisher counts as active for so long after its last message, seconds."""


class RecordWriter:
    """Writes records of one of the two topics.

    Attributes:
        failed: Number of messages that could not be sent; the next may, so nobody is stopped by it.
    """

    def __init__(self, participant: DomainParticipant, name: str) -> None:
        """Announce a writer on `COMMAND_TOPIC` or `STATE_TOPIC`."""
        self._type, self.failed = _type_of(name), 0
        # reliable, so that readers of either kind match; a slow one never holds us up: only the last message is kept
        qos = Qos(Policy.Reliability.Reliable(duration(milliseconds=1)), Policy.History.KeepLast(1))
        self._writer = DataWriter(participant, Topic(participant, name, self._type), qos)

    def write(self, record: np.ndarray) -> None:
        """Send a record of the topic's type."""
        try:
            self._writer.write(self._type.of(record))
        except DDSException:
            self.failed += 1

    def readers(self) -> int:
        """How many readers are listening."""
        return len(self._writer.get_matched_subscriptions())


class RecordReader:
    """Reads records of one of the two topics.

    Attributes:
        malformed: Number of messages that were none of the topic's type.
    """

    def __init__(self, participant: DomainParticipant, name: str, depth: int = 8, *, ignore_own: bool = False) -> None:
        """Listen.

        Args:
            participant: Where.
            name: `COMMAND_TOPIC` or `STATE_TOPIC`.
            depth: How many messages wait at most; older ones are lost.
            ignore_own: Do not hear writers of the same participant.
        """
        policies: list[Any] = [Policy.Reliability.BestEffort, Policy.History.KeepLast(depth)]
        if ignore_own:
            policies.append(Policy.IgnoreLocal.Participant)
        self._depth, self.malformed = depth, 0
        self._reader = DataReader(participant, Topic(participant, name, _type_of(name)), Qos(*policies))

    def take(self) -> list[tuple[np.ndarray, int]]:
        """All messages that wait, oldest first, each with its writer's handle."""
        try:
            samples = self._reader.take(self._depth)
        except ValueError:
            self.malformed += 1
            return []
        # the end of a writer comes as a sample without a record
        return [(s.record, s.sample_info.publication_handle) for s in samples if s.sample_info.valid_data]

    def writers(self) -> int:
        """How many writers are announced, silent ones included."""
        return len(self._reader.get_matched_publications())


class OtherCommanders:
    """Notices who else commands the robot; a silent writer does no harm and is not counted as one."""

    def __init__(self, participant: DomainParticipant) -> None:
        """Listen to commands that are not of this participant."""
        self._reader = RecordReader(participant, COMMAND_TOPIC, 16, ignore_own=True)
        self._last: dict[int, float] = {}

    def count(self) -> int:
        """How many have sent a command within the last second."""
        now = time.monotonic()
        self._last.update({writer: now for _, writer in self._reader.take()})
        self._last = {writer: last for writer, last in self._last.items() if now - last < RECENT}
        return len(self._last)

    def announced(self) -> int:
        """How many could send one."""
        return self._reader.writers()


def _type_of(name: str) -> type[LowCmd] | type[LowState]:
    return {COMMAND_TOPIC: LowCmd, STATE_TOPIC: LowState}[name]
