"""The plain verdict on a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["tracked", "held", "fell", "lost", "infeasible"]


@dataclass(frozen=True)
class Verdict:
    """What became of the motion.

    Attributes:
        kind: `tracked` (on its own feet, never far from the reference), `held` (a gantry carried part of the
            weight, so nothing is said about balance), `fell`, `lost` (no fall, but the keypoints were on average
            over 0.5 m from the reference at some time) or `infeasible` (the reference itself cannot be done).
        sentence: The same for people, with figures and reasons.
    """

    kind: Kind
    sentence: str


def judge(
    *,
    held: bool,
    support_percent: float,
    error_cm: float,
    fall_time: float | None,
    fall_reason: str,
    lost_time: float | None,
    infeasible: Sequence[str],
) -> Verdict:
    """Weigh up a rollout.

    Args:
        held: Whether a gantry held the pelvis.
        support_percent: Mean force of the gantry, per cent of body weight.
        error_cm: Mean keypoint error against the reference in the world, centimetres.
        fall_time: When the robot fell, seconds; None if it did not.
        fall_reason: Which rule said so.
        lost_time: When the mean keypoint error first exceeded 0.5 m, seconds; None if it did not.
        infeasible: Reasons why the reference cannot be done; empty if it can.

    Returns:
        The verdict. A held robot is never said to have tracked.
    """
    carried = (
        f"; a gantry held the pelvis and carried {support_percent:.0f} % of body weight on average" if held else ""
    )
    if infeasible:
        return Verdict("infeasible", f"Reference not feasible because {' and '.join(infeasible)}{carried}.")
    if fall_time is not None:
        why = f" ({fall_reason})" if fall_reason else ""
        return Verdict("fell", f"Fell at {fall_time:.2f} s{why}{carried}.")
    if lost_time is not None:
        return Verdict("lost", f"Lost the reference by over 0.5 m at {lost_time:.2f} s{carried}.")
    if held:
        return Verdict(
            "held",
            f"Held: a gantry held the pelvis and carried {support_percent:.0f} % of body weight on average; the "
            f"keypoints stayed within {error_cm:.1f} cm of the reference on average, which says nothing about balance.",
        )
    return Verdict("tracked", f"Tracked: the keypoints stayed within {error_cm:.1f} cm of the reference on average.")
