"""How long and how high each foot has been in the air, with contact chatter taken out."""

from __future__ import annotations

from dataclasses import dataclass

from genmimic import rotation
from genmimic.robot.constants import SOLE_HEIGHT
from genmimic.rotation import Array
from genmimic.tracking.robot_constants import of_feet

CONTACT_FORCE = 1.0
"""A foot stands when the floor's force on it exceeds this, newtons (table 7)."""
SHORTEST_SWING = 0.06
"""A foot that was in the air for a shorter time has bounced, not stepped, seconds (ours)."""


@dataclass(frozen=True)
class FeetState:
    """What is remembered of the feet between steps; left, right.

    Attributes:
        contact: Whether the foot touched the floor in the step before, (..., 2).
        air_time: Time in the air so far, (..., 2), seconds.
        peak_height: Highest sole since lift-off, (..., 2), metres.
    """

    contact: Array
    air_time: Array
    peak_height: Array


@dataclass(frozen=True)
class FootSteps:
    """What the feet did in a control step; left, right.

    Attributes:
        contact: Whether the foot touches the floor, (..., 2).
        touchdown: Whether it has just come down from a swing, (..., 2).
        air_time: How long the swing took that ends here or still goes on, (..., 2), seconds; 0 while standing.
        peak_height: Highest sole of that swing, (..., 2), metres.
        height: Sole above the floor now, (..., 2), metres.
    """

    contact: Array
    touchdown: Array
    air_time: Array
    peak_height: Array
    height: Array


def standing(like: Array) -> FeetState:
    """State at an episode's start, before any step was taken: `like` is (..., 2)."""
    xp = rotation.namespace(like)
    zeros = xp.zeros_like(like)
    return FeetState(contact=zeros == 0, air_time=zeros, peak_height=zeros)


def sole_height(keypoint_pos_w: Array) -> Array:
    """Height (..., 2) in metres of the flat foot's sole, of keypoints (..., 27, 3)."""
    return of_feet(keypoint_pos_w)[..., 2] - SOLE_HEIGHT


def missing_clearance(keypoint_pos_w: Array) -> Array:
    """How far a pose of keypoints (..., 27, 3) must be lifted so that neither sole is below the floor, (...), metres.

    A reference made of a video may begin with its feet in the floor, which would throw a simulated robot off.
    """
    height = sole_height(keypoint_pos_w)
    depth = -rotation.namespace(height).minimum(height[..., 0], height[..., 1])
    return depth * (depth > 0)


def step_feet(feet: FeetState, foot_force_w: Array, height: Array, dt: float) -> tuple[FeetState, FootSteps]:
    """Advance by one control step.

    A foot counts as standing while it touches the floor or did so in the step before (as in legged_gym), and its
    swing counts as one only if it took `SHORTEST_SWING`: a bouncing foot neither lifts off nor touches down.

    Args:
        feet: State after the step before.
        foot_force_w: Floor's force on the feet, (..., 2, 3), newtons.
        height: Soles above the floor, (..., 2), metres.
        dt: Length of a control step, seconds.
    """
    xp = rotation.namespace(height)
    contact = (foot_force_w * foot_force_w).sum(-1) > CONTACT_FORCE**2
    stands = contact | feet.contact
    zeros = xp.zeros_like(height)
    # half a step of slack: times are sums of dt in single precision
    touchdown = stands & (feet.air_time > SHORTEST_SWING - 0.5 * dt)
    swung = feet.air_time > 0
    peak = xp.maximum(feet.peak_height, xp.where(stands & ~swung, zeros, height))
    air_time = xp.where(stands & ~swung, zeros, feet.air_time + dt)
    steps = FootSteps(contact, touchdown, air_time, peak, height)
    return FeetState(contact, xp.where(stands, zeros, air_time), xp.where(stands, zeros, peak)), steps
