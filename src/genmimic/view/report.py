"""report.html: one self-contained page that shows what was seen, asked for and done, and how well."""

from __future__ import annotations

import base64
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genmimic import __version__
from genmimic.motion.files import atomic_path
from genmimic.motion.robot_motion import RobotMotion
from genmimic.view import report_plots, report_tables
from genmimic.view.page import fill_page
from genmimic.view.plots import SMALL, Plot, readings, to_svg
from genmimic.view.report_tables import Row

if TYPE_CHECKING:
    from genmimic.human.evidence import Reconstruction
    from genmimic.sim.record import Rollout

VERDICT_WORDS = {
    "tracked": "Tracked",
    "held": "Held by the gantry",
    "fell": "Fell",
    "lost": "Lost the reference",
    "infeasible": "Reference not feasible",
}
PACKAGES = ("numpy", "scipy", "mujoco", "opencv-python-headless", "av", "ai-edge-litert", "onnxruntime")
CARDS: tuple[tuple[str, str], ...] = (
    ("human", "person_found_percent"),
    ("human", "reprojection_error_percent"),
    ("reference", "score"),
    ("robot", "mpkpe_nt_cm"),
    ("robot", "lmpkpe_nt_cm"),
    ("robot_student", "mpkpe_nt_cm"),
    ("robot_student", "lmpkpe_nt_cm"),
)
SUPPORT_CARD = ("robot", "support_mean_percent")
ROBOTS = {"verdict": "Teacher (knows the simulator's state)", "verdict_student": "Student (its own sensors)"}
"""Whose verdict it is, where there are two."""
COLUMNS = {
    1: "Right: the simulated robot, the reference as a blue ghost.",
    2: "Then the simulated robots, the reference as a blue ghost: the teacher, a policy that knows the simulator's "
    "state, and the student, which has a robot's own noisy sensors.",
}
"""What the video shows to the right of the reference, by the number of simulated robots."""


def write_report(
    path: str | Path,
    *,
    reconstruction: Reconstruction | None,
    reference: RobotMotion,
    rollout: Rollout,
    metrics: Mapping[str, Any],
    student: Rollout | None = None,
    video: str | Path | None = None,
    stage_seconds: Mapping[str, float] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Write the report.

    Args:
        path: The html file; it appears when it is complete.
        reconstruction: The person's motion and what was seen in the video, or None.
        reference: What the robot was asked to do.
        rollout: What it did.
        metrics: The content of metrics.json.
        student: What a second policy made of it, on the robot's own sensors; None for none.
        video: The side-by-side video to embed, or None.
        stage_seconds: Wall time of each stage, or None.
        settings: Settings of the run, or None.

    Raises:
        InputError: The file cannot be written.
    """
    page = render_page(
        reconstruction=reconstruction,
        reference=reference,
        rollout=rollout,
        metrics=metrics,
        student=student,
        video=None if video is None else Path(video).read_bytes(),
        stage_seconds=stage_seconds or {},
        settings=settings or {},
    )
    with atomic_path(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def render_page(
    *,
    reconstruction: Reconstruction | None,
    reference: RobotMotion,
    rollout: Rollout,
    metrics: Mapping[str, Any],
    student: Rollout | None,
    video: bytes | None,
    stage_seconds: Mapping[str, float],
    settings: Mapping[str, Any],
) -> str:
    """The page as text; arguments as in `write_report`, the video as the bytes of an mp4 file."""
    robots = report_plots.simulated(rollout, student)
    wide = report_plots.overview(reconstruction, reference, robots)
    positions, torques = report_plots.joint_positions(robots), report_plots.torques(robots)
    every = [*wide, *(plot for group in (*positions.values(), *torques.values()) for plot in group)]
    return fill_page(
        "report",
        "report",
        rollout.name,
        _subtitle([robot.rollout for robot in robots]),
        verdicts=_verdicts(metrics),
        video=_video(video),
        columns=escape(COLUMNS[len(robots)]),
        keys="".join(f'<span class="key {robot.style}">{escape(robot.label)}</span> ' for robot in robots),
        cards="".join(_card(row) for row in _card_rows(metrics)),
        plots="".join(_figure(plot) for plot in wide),
        positions=_groups(positions),
        torques=_groups(torques),
        assumptions=_table(_assumptions(reconstruction, reference, metrics), "What was assumed or estimated"),
        metrics="".join(_table(rows, name) for name, rows in report_tables.metrics_tables(metrics).items()),
        run="".join(
            _table(rows, name)
            for name, rows in (
                ("Time per stage", [Row(k, report_tables.format_value(v, "s", 1)) for k, v in stage_seconds.items()]),
                ("Settings", report_tables.plain_rows(settings)),
                ("Versions", _versions()),
            )
            if rows
        ),
        data=json.dumps(
            {"duration": every[0].duration, "plots": {plot.key: readings(plot) for plot in every}},
            separators=(",", ":"),
        ).replace("<", "\\u003c"),
    )


def _subtitle(rollouts: Sequence[Rollout]) -> str:
    held = ", pelvis held by a gantry" if rollouts[0].held else ""
    names = " and ".join(dict.fromkeys(rollout.controller for rollout in rollouts))
    return f"Unitree G1 (23 DoF) in MuJoCo · controller: {names}{held} · {rollouts[0].duration:.2f} s"


def _verdicts(metrics: Mapping[str, Any]) -> str:
    """A section for each verdict, reservations about the reference in the last."""
    given: dict[str, dict[str, str]] = {key: metrics[key] for key in ROBOTS if key in metrics}
    given = given or {"verdict": {"kind": "", "sentence": "No verdict."}}
    sections = []
    for key, verdict in given.items():
        word = VERDICT_WORDS.get(verdict["kind"], verdict["kind"])
        head = f"{ROBOTS[key]}: {word[:1].lower()}{word[1:]}" if len(given) > 1 else word
        reasons = _reasons(metrics) if key == list(given)[-1] else ""
        sections.append(
            f'<section class="verdict {escape(verdict["kind"])}" aria-label="Verdict"><strong>{escape(head)}</strong>'
            f"<p>{escape(verdict['sentence'])}</p>{reasons}</section>"
        )
    return "".join(sections)


def _reasons(metrics: Mapping[str, Any]) -> str:
    sentence = (metrics.get("verdict") or {}).get("sentence", "")
    reasons: Sequence[str] = (metrics.get("reference") or {}).get("reasons") or ()
    reasons = [reason for reason in reasons if reason not in sentence]
    items = "".join(f"<li>{escape(reason)}</li>" for reason in reasons)
    return f"<p>Reservations about the reference:</p><ul>{items}</ul>" if items else ""


def _video(video: bytes | None) -> str:
    if video is None:
        return '<p class="empty">No video was made (<code>--no-video</code>).</p>'
    source = base64.b64encode(video).decode("ascii")
    return (
        '<video id="video" controls muted loop playsinline preload="auto" aria-label="Input with the fitted skeleton, '
        'reference robot, and simulated robots with the reference as a ghost, side by side" '
        f'src="data:video/mp4;base64,{source}"></video>'
    )


def _card_rows(metrics: Mapping[str, Any]) -> list[Row]:
    support = (metrics.get("robot") or {}).get("support_mean_percent")
    rows = []
    for section, name in (*CARDS, *((SUPPORT_CARD,) if support else ())):
        row = report_tables.figure(metrics, section, name)
        if row is not None:
            rows.append(replace(row, label=f"{row.label}, student") if section == "robot_student" else row)
    return rows


def _card(row: Row) -> str:
    number, _, unit = row.value.partition(" ")
    return (
        f'<div class="card"><div class="number">{escape(number)}<small> {escape(unit)}</small></div>'
        f"<div>{escape(row.label)}</div></div>"
    )


def _figure(plot: Plot, small: bool = False) -> str:
    legend = "".join(
        f'<span class="key {s.style}">{escape(s.label)}<output data-of="{plot.key}" data-curve="{i}"></output></span>'
        for i, s in enumerate(plot.series)
    )
    note = f'<p class="note">{escape(plot.note)}</p>' if plot.note else ""
    caption = f"<b>{escape(plot.title)}</b> <span class='unit'>{escape(plot.unit)}</span>"
    svg = to_svg(plot, SMALL if small else None)
    return f"<figure><figcaption>{caption}<span class='legend'>{legend}</span></figcaption>{note}{svg}</figure>"


def _groups(groups: Mapping[str, Sequence[Plot]]) -> str:
    return "".join(
        f'<h3>{escape(name)}</h3><div class="small">{"".join(_figure(plot, small=True) for plot in plots)}</div>'
        for name, plots in groups.items()
    )


def _table(rows: Sequence[Row], caption: str) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(row.label)}</th><td>{escape(row.value)}</td>'
        f'<td class="hint">{escape(row.hint)}</td></tr>'
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>" if rows else ""


def _assumptions(
    reconstruction: Reconstruction | None, reference: RobotMotion, metrics: Mapping[str, Any]
) -> list[Row]:
    if reconstruction is None:
        assumed = (metrics.get("human") or {}).get("assumptions") or {}
        return report_tables.assumption_rows(assumed)
    rows = report_tables.assumption_rows(reconstruction.human.assumptions)
    rows += [
        Row(f"Camera: {row.label.lower()}", row.value)
        for row in report_tables.plain_rows(reconstruction.evidence.camera)
    ]
    origin = [Row("Source", reference.source), Row("Licence", reference.licence)]
    return rows + [row for row in origin if row.value]


def _versions() -> list[Row]:
    rows = [Row("genmimic", __version__), Row("Python", platform.python_version()), Row("System", platform.platform())]
    for package in PACKAGES:
        try:
            rows.append(Row(package, metadata.version(package)))
        except metadata.PackageNotFoundError:
            rows.append(Row(package, "not installed"))
    return rows
