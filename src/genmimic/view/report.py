"""report.html: one self-contained page that shows what was seen, asked for and done, and how well."""

from __future__ import annotations

import base64
import json
import platform
from collections.abc import Mapping, Sequence
from html import escape
from importlib import metadata, resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from genmimic import __version__
from genmimic.motion.files import atomic_path
from genmimic.motion.robot_motion import RobotMotion
from genmimic.view import report_plots, report_tables
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
    ("robot", "support_mean_percent"),
)


def write_report(
    path: str | Path,
    *,
    reconstruction: Reconstruction | None,
    reference: RobotMotion,
    rollout: Rollout,
    metrics: Mapping[str, Any],
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
    video: bytes | None,
    stage_seconds: Mapping[str, float],
    settings: Mapping[str, Any],
) -> str:
    """The page as text; arguments as in `write_report`, the video as the bytes of an mp4 file."""
    wide = report_plots.overview(reconstruction, reference, rollout)
    positions, torques = report_plots.joint_positions(rollout), report_plots.torques(rollout)
    every = [*wide, *(plot for group in (*positions.values(), *torques.values()) for plot in group)]
    verdict = metrics.get("verdict") or {"kind": "", "sentence": "No verdict."}
    return _asset("report.html").substitute(
        style=_asset("report.css").template,
        script=_asset("report.js").template,
        title=escape(rollout.name),
        subtitle=escape(_subtitle(reference, rollout)),
        kind=escape(verdict["kind"]),
        verdict=escape(VERDICT_WORDS.get(verdict["kind"], verdict["kind"])),
        sentence=escape(verdict["sentence"]),
        reasons=_reasons(metrics),
        video=_video(video),
        cards="".join(_card(report_tables.figure(metrics, *card)) for card in CARDS),
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


def _asset(name: str) -> Template:
    return Template((resources.files("genmimic.view") / "assets" / name).read_text(encoding="utf-8"))


def _subtitle(reference: RobotMotion, rollout: Rollout) -> str:
    held = ", pelvis held by a gantry" if rollout.held else ""
    seconds = (len(rollout.root_pos_w) - 1) / rollout.fps
    return f"Unitree G1 (23 DoF) in MuJoCo · controller: {rollout.controller}{held} · {seconds:.2f} s"


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
        'reference robot, and simulated robot with the reference as a ghost, side by side" '
        f'src="data:video/mp4;base64,{source}"></video>'
    )


def _card(row: Row | None) -> str:
    if row is None:
        return ""
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
