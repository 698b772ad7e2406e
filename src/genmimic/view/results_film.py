"""Small videos of an evaluation's rollouts: the reference, and the robot with the reference as a ghost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from genmimic.evaluation.metrics import Metrics, compute_metrics
from genmimic.evaluation.tasks import Plan
from genmimic.evaluation.trials import load_controller, roll_out, shown_motion
from genmimic.evaluation.worst import Worst
from genmimic.motion.cut import cut
from genmimic.sim.record import SHAPES, Rollout

MOST_SECONDS = 12.0
"""Longer rollouts are not filmed further."""


@dataclass(frozen=True)
class Film:
    """A video of a rollout.

    Attributes:
        policy: Index of the policy.
        motion: Name of the motion.
        path: The mp4 file.
        caption: What happened.
    """

    policy: int
    motion: str
    path: Path
    caption: str


def film(plan: Plan, worst: Worst, folder: Path) -> Film:
    """Roll out again in plain MuJoCo, and film it.

    With the seed and number of a rollout made in plain MuJoCo it is that very one; otherwise another one of its kind.

    Args:
        plan: What was tried.
        worst: Which rollout.
        folder: Where videos go.

    Raises:
        InputError: The file cannot be written.
    """
    # here, because a machine that only evaluates may lack what videos need
    from genmimic.view.side_by_side import VideoStyle, write_video

    style = VideoStyle(height=320, robot_width=280, fps=25, verdict_seconds=1.0, crf=27)
    policy, motion, config = plan.policies[worst.policy], plan.motions.motions[worst.motion], plan.config
    shown = shown_motion(motion, config, worst.seed, worst.rollout % config.noise_copies).shown
    controller = load_controller(policy.spec, config.randomization)
    rollout = roll_out(controller, shown, worst.rollout, config, worst.seed)
    metrics = compute_metrics(rollout)
    caption, kind = describe(metrics), "tracked" if metrics.success_paper else "fell" if metrics.fall_time_s else "lost"
    rollout = _shortened(rollout)
    path = folder / f"{worst.policy}_{worst.motion:04d}_{worst.seed}_{worst.rollout}.mp4"
    write_video(path, None, None, cut(shown, slice(0, len(rollout))), rollout, verdicts=[(kind, caption)], style=style)
    return Film(worst.policy, motion.name, path, caption)


def _shortened(rollout: Rollout) -> Rollout:
    steps = round(MOST_SECONDS * rollout.fps) + 1
    return replace(rollout, **{name: getattr(rollout, name)[:steps] for name in SHAPES})


def describe(metrics: Metrics) -> str:
    """What happened in a rollout, in a sentence."""
    events = []
    if metrics.fall_time_s is not None:
        events.append(f"falls at {metrics.fall_time_s:.1f} s ({metrics.fall_reason})")
    elif metrics.fall_time_paper_s is not None:
        events.append(f"tilts beyond the paper's limit at {metrics.fall_time_paper_s:.1f} s")
    if metrics.lost_time_s is not None:
        events.append(f"is over 0.5 m off at {metrics.lost_time_s:.1f} s")
    if metrics.stumbles:
        events.append(f"stumbles {metrics.stumbles} times" if metrics.stumbles > 1 else "stumbles once")
    missed = [name for name, is_missed in (("hand", metrics.missed_hands), ("foot", metrics.missed_feet)) if is_missed]
    missed += ["turn"] if metrics.missed_heading else []
    if missed:
        events.append(f"misses a {', a '.join(missed)}")
    return f"The robot {', '.join(events)}." if events else f"Tracked, {metrics.mpkpe_nt_cm:.0f} cm off on average."
