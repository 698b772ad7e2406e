"""Joining the robot's DDS network, on a cable to it or on this machine alone."""

# pyright: reportMissingTypeStubs=false

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from genmimic.errors import InputError

if TYPE_CHECKING:
    from cyclonedds.domain import DomainParticipant

LOOPBACK = "lo"
"""The interface that leads nowhere: both programs on this machine."""
ROBOT_DOMAIN = 0
"""Domain of a real robot."""
LARGEST_DOMAIN = 230
"""UDP ports end about here."""

_LOOPBACKS = ("lo", "lo0", "127.0.0.1", "localhost")
_joined: dict[int, tuple[str, object]] = {}


def is_loopback(interface: str) -> bool:
    """Whether an interface leads to this machine only."""
    return interface in _LOOPBACKS


def network_xml(interface: str) -> str:
    """CycloneDDS' settings for an interface.

    On the loopback there is no multicast: programs find each other by asking each of the first ports in turn.

    Args:
        interface: Name, such as eth0, or address.

    Raises:
        InputError: No such name can be.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.:%-]{1,64}", interface):
        raise InputError(f"network interface {interface!r}: expected a name such as eth0 (see `ip link`).")
    if is_loopback(interface):
        network = (
            "<General><Interfaces><NetworkInterface address='127.0.0.1' multicast='false'/></Interfaces>"
            "<AllowMulticast>false</AllowMulticast></General>"
            "<Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>20</MaxAutoParticipantIndex>"
            "<Peers><Peer address='127.0.0.1'/></Peers></Discovery>"
        )
    else:
        kind = "address" if re.fullmatch(r"[0-9.]+|.*:.*", interface) else "name"
        network = (
            f"<General><Interfaces><NetworkInterface {kind}={quoteattr(interface)} priority='default' "
            "multicast='default'/></Interfaces></General>"
        )
    return f"<CycloneDDS><Domain Id='any'>{network}</Domain></CycloneDDS>"


def require_dds() -> None:
    """Say how to get CycloneDDS where it is missing.

    Raises:
        InputError: It cannot be imported.
    """
    try:
        import cyclonedds.domain  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"CycloneDDS is needed to talk to a robot ({error}): pip install 'genmimic[deploy]'."
        ) from None


def join(interface: str, domain: int = ROBOT_DOMAIN) -> DomainParticipant:
    """Join a domain; within a process each domain has the interface that it was first joined on.

    Args:
        interface: Name, such as eth0, or 'lo' for this machine alone.
        domain: 0 for a real robot.

    Raises:
        InputError: CycloneDDS is missing, the interface does not exist, or this process has joined on another.
    """
    require_dds()
    from cyclonedds.core import DDSException
    from cyclonedds.domain import Domain, DomainParticipant

    if not 0 <= domain <= LARGEST_DOMAIN:
        raise InputError(f"DDS domain {domain}: expected 0 to {LARGEST_DOMAIN}; a real robot is on 0.")
    xml = network_xml(interface)
    try:
        if domain not in _joined:
            _joined[domain] = (interface, Domain(domain, xml))
        if _joined[domain][0] != interface:
            raise InputError(f"this program has joined DDS domain {domain} on {_joined[domain][0]}, not {interface}.")
        return DomainParticipant(domain)
    except DDSException as error:
        raise InputError(
            f"cannot join DDS domain {domain} on network interface {interface}: {error}. `ip link` lists interfaces; "
            "that of the robot's cable has an address such as 192.168.123.222."
        ) from None
