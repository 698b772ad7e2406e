"""The figures that each stage leaves behind, as JSON values; together they are metrics.json."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from genmimic import __version__
from genmimic.pipeline.verdict import Verdict, judge

if TYPE_CHECKING:
    from genmimic.human.reconstruct import Reconstruction
    from genmimic.retarget import Retargeted
    from genmimic.sim.rollout import Rollout


def of_reconstruction(reconstruction: Reconstruction) -> dict[str, Any]:
    """Figures of stage 1a.

    Returns:
        frames, fps, duration_s: length of the motion at the content's own rate;
        person_found_percent: frames in which the detector saw the person;
        reprojection_error_px, _percent: mean distance of the fitted skeleton from the landmarks over those frames,
        the latter in per cent of person_height_px, the mean height of the skeleton in the picture;
        confidence: mean over joints and frames; jerk_m_s3: mean over all joints;
        stance_slip_cm_s: mean horizontal speed of standing feet; stance_percent: share of foot frames that stand;
        assumptions: what was assumed or estimated.
    """
    from genmimic.evaluation.reconstruction import mean_jerk, person_height_px, stance_slip

    human, evidence = reconstruction.human, reconstruction.evidence
    detected = np.asarray(evidence.detected, dtype=bool)
    error = float(np.mean(evidence.reprojection_error_px[detected]))
    height = float(np.mean(person_height_px(evidence.joint_px)[detected]))
    slip, stance = stance_slip(human)
    return to_json(
        {
            "frames": len(human),
            "fps": human.fps,
            "duration_s": human.duration,
            "person_found_percent": 100.0 * detected.mean(),
            "reprojection_error_px": error,
            "reprojection_error_percent": 100.0 * error / height,
            "person_height_px": height,
            "confidence": human.confidence.mean(),
            "jerk_m_s3": mean_jerk(human),
            "stance_slip_cm_s": 100.0 * slip,
            "stance_percent": 100.0 * stance,
            "assumptions": dict(human.assumptions),
        }
    )


def of_retargeting(retargeted: Retargeted) -> dict[str, Any]:
    """Figures of stage 1b: the fields of `retarget.RetargetQuality` and whether the reference is `feasible`."""
    return to_json({"feasible": retargeted.quality.feasible, **asdict(retargeted.quality)})


def of_run(
    name: str, summaries: Mapping[str, Mapping[str, Any]], rollout: Rollout, student: Rollout | None = None
) -> dict[str, Any]:
    """All of metrics.json.

    Args:
        name: Clip name.
        summaries: Those of `reconstruct` and `retarget`, where they ran in this folder.
        rollout: What the simulated robot did.
        student: What it did on its own sensors, where a second policy was rolled out.
    """
    reference = summaries.get("retarget")
    infeasible = reference["reasons"] if reference and not reference["feasible"] else ()
    verdict, figures = _of_rollout(rollout, infeasible)
    metrics = {
        "name": name,
        "genmimic": __version__,
        "verdict": verdict,
        "human": summaries.get("reconstruct"),
        "reference": reference,
        "robot": figures,
    }
    if student is not None:
        metrics["verdict_student"], metrics["robot_student"] = _of_rollout(student, infeasible)
    return to_json(metrics)


def _of_rollout(rollout: Rollout, infeasible: Sequence[str]) -> tuple[Verdict, dict[str, Any]]:
    """The verdict on a rollout and its figures."""
    from genmimic.evaluation.metrics import compute_metrics

    metrics = compute_metrics(rollout)
    verdict = judge(
        held=metrics.held,
        support_percent=metrics.support_mean_percent,
        error_cm=metrics.mpkpe_nt_cm,
        fall_time=metrics.fall_time_s,
        fall_reason=metrics.fall_reason,
        paper_fall_time=metrics.fall_time_paper_s,
        lost_time=metrics.lost_time_s,
        infeasible=infeasible,
    )
    return verdict, {"controller": rollout.controller, **metrics.to_dict()}


def to_json(value: Any) -> Any:
    """The same with plain JSON values only: numpy scalars and arrays unpacked, NaN and infinity as None."""
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return to_json(value.tolist())
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return to_json(asdict(value))
    if isinstance(value, np.generic):
        return to_json(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
