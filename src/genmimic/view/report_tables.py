"""The tables of the report: figures and assumptions with names and units for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNITS = {
    "percent": "%",
    "cm_s": "cm/s",
    "m_s3": "m/s³",
    "deg": "°",
    "px": "px",
    "cm": "cm",
    "nm": "N m",
    "ns": "N s",
    "bw": "body weights",
    "m": "m",
    "s": "s",
    "j": "J",
    "w": "W",
}
"""What the endings of the names in metrics.json mean."""


@dataclass(frozen=True)
class Row:
    """One line of a table: what, how much, and what it means."""

    label: str
    value: str
    hint: str = ""


# name in metrics.json: label, factor, unit, decimals, explanation
_Figure = tuple[str, float, str, int, str]
_HUMAN: dict[str, _Figure] = {
    "frames": ("Frames", 1, "", 0, "at the content's own frame rate"),
    "fps": ("Frame rate", 1, "frames/s", 2, "repeated frames removed"),
    "duration_s": ("Duration", 1, "s", 2, ""),
    "person_found_percent": ("Person found", 1, "% of frames", 1, ""),
    "reprojection_error_px": ("Fit error in the picture", 1, "px", 1, "fitted skeleton against landmarks, mean"),
    "reprojection_error_percent": ("Fit error", 1, "% of person height", 2, ""),
    "person_height_px": ("Person height in the picture", 1, "px", 0, "mean"),
    "confidence": ("Confidence", 100, "%", 0, "mean over joints and frames"),
    "jerk_m_s3": ("Jerk", 1, "m/s³", 0, "mean over all joints; lower is smoother"),
    "stance_slip_cm_s": ("Foot slip in stance", 1, "cm/s", 2, "horizontal speed of standing feet, mean"),
    "stance_percent": ("Feet standing", 1, "% of foot frames", 0, ""),
}
_REFERENCE: dict[str, _Figure] = {
    "score": ("Quality score", 1, "", 2, "1 is perfect; 0.5 where every measure lies at its threshold"),
    "hand_error": ("Hands", 100, "cm", 1, "distance from their targets, relative to the shoulders, mean"),
    "elbow_error": ("Elbows", 100, "cm", 1, "the same for the elbows"),
    "foot_error": ("Feet", 100, "cm", 1, "distance from their targets, mean"),
    "hips_error": ("Hips", 100, "cm", 1, "distance of the middle of the hips from its target, mean"),
    "trunk_error": ("Trunk", 57.29578, "°", 1, "angle between torso and target, mean"),
    "limit_share": ("At a joint limit", 100, "% of frames", 1, "straight knees and elbows apart"),
    "foot_slip": ("Foot slip in stance", 100, "cm/s", 2, "mean"),
    "sole_error": ("Sole off the floor in stance", 100, "cm", 2, "95th percentile"),
    "penetration": ("Deepest point below the floor", 100, "cm", 2, ""),
    "joint_speed_share": ("Faster than the motors", 100, "% of frames", 1, ""),
    "joint_acc": ("Joint acceleration", 1, "rad/s²", 0, "99th percentile"),
    "joint_jerk": ("Joint jerk", 1, "rad/s³", 0, "99th percentile"),
    "unbalanced_share": ("Centre of mass outside the feet", 100, "% of all frames", 1, ""),
    "self_collision": ("Links overlapping", 100, "cm", 1, "99th percentile of the deepest overlap"),
    "tilt": ("Largest tilt of the trunk", 57.29578, "°", 0, ""),
    "flight_time": ("Longest time with no foot on the floor", 1, "s", 2, ""),
    "stance_share": ("A foot stands", 100, "% of frames", 0, ""),
    "confidence": ("Confidence of the person's joints", 100, "%", 0, "mean"),
}
_ROBOT: dict[str, _Figure] = {
    "duration_s": ("Simulated time", 1, "s", 2, ""),
    "fall_time_s": ("Fell", 1, "s", 2, "tilt over 45° from the reference, pelvis under 0.3 m, torso or hands down"),
    "fall_time_paper_s": ("Fell by the paper's rule", 1, "s", 2, "gravity's x or y over 0.7: about 44° of tilt"),
    "lost_time_s": ("Lost the reference", 1, "s", 2, "keypoints on average over 0.5 m away"),
    "mpkpe_cm": ("Keypoint error in the world (MPKPE)", 1, "cm", 1, "mean, before termination"),
    "lmpkpe_cm": ("Keypoint error relative to the pelvis (LMPKPE)", 1, "cm", 1, "mean, before termination"),
    "mpkpe_nt_cm": ("MPKPE-NT", 1, "cm", 1, "mean over the whole motion"),
    "lmpkpe_nt_cm": ("LMPKPE-NT", 1, "cm", 1, "mean over the whole motion"),
    "max_keypoint_error_cm": ("Largest keypoint error", 1, "cm", 1, "mean over keypoints, worst step"),
    "joint_error_deg": ("Joint error", 1, "°", 1, "mean"),
    "at_torque_limit_percent": ("Motors at their torque limit", 1, "% of joint steps", 2, ""),
    "at_joint_limit_percent": ("Joints at their limits", 1, "% of joint steps", 2, ""),
    "energy_j": ("Energy through the joints", 1, "J", 0, ""),
    "mean_power_w": ("Mean power", 1, "W", 0, ""),
    "foot_slip_cm_s": ("Foot slip", 1, "cm/s", 1, "horizontal speed of standing feet, mean"),
    "touchdown_impulse_ns": ("Touchdown impulse", 1, "N s", 1, "first 0.1 s after a foot comes down, mean"),
    "peak_foot_force_bw": ("Largest force on one foot", 1, "body weights", 2, ""),
    "mean_foot_force_bw": ("Mean force on both feet", 1, "body weights", 2, ""),
    "stumbles": ("Stumbles", 1, "", 0, "steps that the reference does not ask for"),
    "missed_hands": (
        "Hands that lost the reference",
        1,
        "",
        0,
        "over 0.2 m off for 0.4 s, 0.3 s early or late allowed",
    ),
    "missed_feet": ("Feet that lost the reference", 1, "", 0, "likewise"),
    "support_mean_percent": ("Gantry force", 1, "% of body weight", 0, "mean"),
    "support_p95_percent": ("Gantry force, 95th percentile", 1, "% of body weight", 0, ""),
    "support_max_percent": ("Gantry force, largest", 1, "% of body weight", 0, ""),
    "support_vertical_percent": ("Gantry force, vertical part", 1, "% of body weight", 0, "mean, upwards positive"),
    "support_moment_mean_nm": ("Gantry moment", 1, "N m", 1, "mean"),
}
_RATES = {"fps": ("frame rate", "frames/s"), "container_fps": ("frame rate of the file", "frames/s")}
_SECTIONS: tuple[tuple[str, str, dict[str, _Figure]], ...] = (
    ("human", "Person (from the video)", _HUMAN),
    ("reference", "Robot reference (retargeting)", _REFERENCE),
    ("robot", "Simulated robot", _ROBOT),
    ("robot_student", "Simulated robot: student, its own sensors", _ROBOT),
)
_TEACHER = "Simulated robot: teacher, knows the simulator's state"
_SHOWN_ELSEWHERE = ("assumptions", "reasons")


def metrics_tables(metrics: Mapping[str, Any]) -> dict[str, list[Row]]:
    """All of metrics.json as tables by title; a figure that this module does not know is shown under its own name."""
    tables = {}
    for key, title, figures in _SECTIONS:
        section = metrics.get(key)
        if not section:
            continue
        ordered = [name for name in figures if name in section]
        unknown = [name for name in section if name not in figures and name not in _SHOWN_ELSEWHERE]
        title = _TEACHER if key == "robot" and "robot_student" in metrics else title
        tables[title] = [_row(name, section[name], figures.get(name)) for name in (*ordered, *unknown)]
    return tables


def figure(metrics: Mapping[str, Any], section: str, name: str) -> Row | None:
    """One figure of metrics.json as a table shows it, None where it is not there."""
    figures = next(figures for key, _, figures in _SECTIONS if key == section)
    value = (metrics.get(section) or {}).get(name)
    return None if value is None else _row(name, value, figures.get(name))


def assumption_rows(assumptions: Mapping[str, Any]) -> list[Row]:
    """What stage 1a assumed or estimated; `x_given: True` becomes a remark on x."""
    rows = []
    for name, value in assumptions.items():
        if name.endswith("_given"):
            continue
        stem = _split_unit(name)[0]
        given = assumptions.get(f"{stem}_given", assumptions.get(f"{name}_given"))
        row = _row(name, value, None)
        remark = "" if given is None else "given by the user" if given else "assumed or estimated"
        rows.append(Row(row.label, row.value, remark))
    return rows


def plain_rows(values: Mapping[str, Any]) -> list[Row]:
    """Any mapping as rows, its names made readable."""
    return [_row(name, value, None) for name, value in values.items()]


def _row(name: str, value: Any, known: _Figure | None) -> Row:
    if known is not None and (value is None or isinstance(value, (int, float))) and not isinstance(value, bool):
        label, factor, unit, decimals, hint = known
        return Row(label, format_value(None if value is None else factor * value, unit, decimals), hint)
    stem, unit = _RATES.get(name) or _split_unit(name)
    label = stem.replace("_", " ")
    return Row(label[:1].upper() + label[1:], format_value(value, unit))


def _split_unit(name: str) -> tuple[str, str]:
    for ending, unit in UNITS.items():
        if name.endswith(f"_{ending}"):
            return name.removesuffix(f"_{ending}"), unit
    return name, ""


def format_value(value: Any, unit: str = "", decimals: int | None = None) -> str:
    """A value for people, with its unit."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        text = f"{value:.{decimals}f}" if decimals is not None else f"{value:.4g}"
        text = text.replace("-", "\u2212") if float(text) != 0 else text.replace("-", "")
        return f"{text}{'' if unit in ('', '°') else ' '}{unit}"
    if isinstance(value, (list, tuple)):
        return ", ".join(format_value(item) for item in value) or "none"
    return str(value)
