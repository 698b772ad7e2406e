"""A clock that advances a loopback link's simulated robot."""

from __future__ import annotations

from genmimic.deploy.sim_robot.loopback_link import LoopbackLink


class LoopbackClock:
    """See `genmimic.deploy.loop.Clock`."""

    def __init__(self, link: LoopbackLink) -> None:
        self.link = link

    def now(self) -> float:
        return self.link.now

    def wait_until(self, due: float) -> None:
        ticks = round((due - self.link.now) * 500)
        if ticks > 0:
            self.link.advance(ticks / 500)
