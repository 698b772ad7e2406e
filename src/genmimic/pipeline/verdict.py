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
            over 0.5 m from the reference at some time) or `infeasible` (the reference itself cannot be done, and a
            gantry hides what would have come of it).
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
    paper_fall_time: float | None,
    lost_time: float | None,
    infeasible: Sequence[str],
) -> Verdict:
    """Weigh up a rollout.

    Args:
        held: Whether a gantry held the pelvis.
        support_percent: Mean force of the gantry, per cent of body weight.
        error_cm: Mean keypoint error against the reference in the world, centimetres.
        fall_time: When the robot fell by our rule, seconds; None if it did not.
        fall_reason: Which part of the rule said so.
        paper_fall_time: The same by the paper's rule, which looks at the tilt alone.
        lost_time: When the mean keypoint error first exceeded 0.5 m, seconds; None if it did not.
        infeasible: Reasons why the reference cannot be done; empty if it can.

    Returns:
        The verdict. A held robot is never said to have tracked.
    """
    if held:
        return _judge_held(support_percent, error_cm, fall_time, fall_reason, lost_time, infeasible)
    doubt = f" The reference was judged not feasible because {' and '.join(infeasible)}." if infeasible else ""
    paper = "not" if paper_fall_time is None else f"at {paper_fall_time:.2f} s"
    if fall_time is not None:
        clauses = [*([fall_reason] if fall_reason else []), f"{paper} by the paper's rule"]
        return Verdict("fell", f"Fell at {fall_time:.2f} s ({'; '.join(clauses)}).{doubt}")
    if paper_fall_time is not None:
        doubt = f" By the paper's rule, over 44 degrees of tilt, it fell {paper}; by ours it did not.{doubt}"
    if lost_time is not None:
        return Verdict("lost", f"Lost the reference by over 0.5 m at {lost_time:.2f} s.{doubt}")
    sentence = f"Tracked: the keypoints stayed within {error_cm:.1f} cm of the reference on average."
    return Verdict("tracked", sentence + doubt)


def _judge_held(
    support_percent: float,
    error_cm: float,
    fall_time: float | None,
    fall_reason: str,
    lost_time: float | None,
    infeasible: Sequence[str],
) -> Verdict:
    support = f"a gantry held the pelvis and carried {support_percent:.0f} % of body weight on average"
    if infeasible:
        return Verdict("infeasible", f"Reference not feasible because {' and '.join(infeasible)}; {support}.")
    if fall_time is not None:
        why = f" ({fall_reason})" if fall_reason else ""
        return Verdict("fell", f"Fell at {fall_time:.2f} s{why}; {support}.")
    if lost_time is not None:
        return Verdict("lost", f"Lost the reference by over 0.5 m at {lost_time:.2f} s; {support}.")
    return Verdict(
        "held",
        f"Held: {support}; the keypoints stayed within {error_cm:.1f} cm of the reference on average, which says "
        "nothing about balance.",
    )
