"""index.html of an evaluation: one self-contained page that ranks motions by failure and plays the worst ones."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from genmimic.evaluation import text_tables
from genmimic.evaluation.columns import BY_NAME, CLEAN, HEADLINE
from genmimic.motion.files import atomic_path
from genmimic.view.page import fill_page
from genmimic.view.results_film import Film

MOST_VIDEO_BYTES = 14_000_000
"""Of all videos together, before base64 adds a third: further ones stay files beside the page."""
_SHOWN = (*HEADLINE, *CLEAN[:1], "stumbles", "missed_hands", "missed_feet", "foot_slip_cm_s", "at_torque_limit_percent")
_SETTINGS = ("rollouts", "seeds", "video_severity", "initial_noise", "noise_copies")


def write_page(content: Mapping[str, Any], films: Sequence[Film], path: Path) -> None:
    """Write the page.

    Args:
        content: That of results.json.
        films: Videos to play.
        path: The html file; it appears when it is complete.

    Raises:
        InputError: The file cannot be written.
    """
    page = render_page(content, films)
    with atomic_path(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def render_page(content: Mapping[str, Any], films: Sequence[Film]) -> str:
    """The page as text."""
    what, settings = content["set"], content["settings"]
    exact = "They are" if content["backend"] == "mujoco" else "They are rolled out anew in plain MuJoCo and"
    return fill_page(
        "results",
        "evaluation",
        f"{', '.join(p['name'] for p in content['policies'])} on {what['name']}",
        text_tables.conditions(content),
        styles=("results.css",),
        remark="; docs/evaluation.md explains every figure",
        overview=_table(text_tables.overview(content)),
        effort=_table(text_tables.effort(content)),
        spread=escape(text_tables.SPREAD),
        flagged=_flagged(what["near_paper_fall"]),
        films="".join(_films(content, films)) or '<p class="empty">No videos were made (<code>--videos 0</code>).</p>',
        filmed=f"{exact} typical failures of the motions with the lowest success.",
        policies="".join(
            f'<option value="{i}">{escape(p["name"])}</option>' for i, p in enumerate(content["policies"])
        ),
        motions=_motions(content),
        groups="".join(_groups(policy) for policy in content["policies"]),
        settings=_settings(settings),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _flagged(names: Sequence[str]) -> str:
    if not names:
        return ""
    return (
        f'<p class="note">{len(names)} references tilt beyond 0.65 themselves, close to the paper\'s rule for a fall: '
        f"{escape(', '.join(names))}.</p>"
    )


def _films(content: Mapping[str, Any], films: Sequence[Film]) -> list[str]:
    shown, used = [], 0
    for film in films:
        policy = content["policies"][film.policy]
        motion = next(m for m in policy["motions"] if m["name"] == film.motion)
        data = film.path.read_bytes()
        used += len(data)
        place = f"videos/{film.path.name}"
        if used <= MOST_VIDEO_BYTES:
            place = f"data:video/mp4;base64,{base64.b64encode(data).decode('ascii')}"
            video = f'<video controls muted loop playsinline preload="metadata" src="{place}"></video>'
        else:
            video = f'<p class="note"><a href="{escape(place)}">{escape(place)}</a></p>'
        success = BY_NAME["success_paper"].text(motion["figures"]["success_paper"])
        about = f"{policy['name']} · SR {success} % · {' · '.join(motion['tags'].values())}"
        shown.append(
            f"<figure>{video}<figcaption><b>{escape(film.motion)}</b>{escape(film.caption)}"
            f'<br><span class="unit">{escape(about)}</span></figcaption></figure>'
        )
    return shown


def _motions(content: Mapping[str, Any]) -> str:
    names = text_tables.known(content, _SHOWN)
    headings = ["motion", "outcome", *(BY_NAME[name].heading for name in names), "tags"]
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    rows = []
    for number, policy in enumerate(content["policies"]):
        for motion in sorted(policy["motions"], key=_badness):
            tags = ", ".join(v for v in motion["tags"].values() if v and v != motion["name"])
            flag = " ⚑" if motion["near_paper_fall"] else ""
            cells = [f"<td>{escape(motion['name'])}{flag}</td>", _outcome(motion)]
            cells += [f"<td>{BY_NAME[name].text(motion['figures'][name])}</td>" for name in names]
            cells.append(f'<td class="tags">{escape(tags)}</td>')
            text = escape(f"{motion['name']} {tags}".lower(), quote=True)
            rows.append(f'<tr data-policy="{number}" data-text="{text}">{"".join(cells)}</tr>')
    return f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _badness(motion: Mapping[str, Any]) -> tuple[float, float]:
    return motion["figures"]["success_paper"], -motion["figures"]["mpkpe_nt_cm"]


def _outcome(motion: Mapping[str, Any]) -> str:
    failed = 1.0 - motion["figures"]["success_paper"]
    fell = min(motion["fell"], failed)
    shares = {"fell": fell, "lost": failed - fell}
    bars = "".join(f'<i class="{kind}" style="width:{100 * share:.1f}%"></i>' for kind, share in shares.items())
    title = f"fell {100 * motion['fell']:.0f} %, over 0.5 m off {100 * motion['lost']:.0f} %"
    return f'<td data-value="{failed:.4f}"><span class="bar" title="{title}">{bars}</span></td>'


def _groups(policy: Mapping[str, Any]) -> str:
    tables = "".join(
        f'<h3>By {escape(tag)}</h3><div class="scroll">{_table(text_tables.groups(policy, tag))}</div>'
        for tag in text_tables.tags_of(policy)
    )
    return f"<section><h2>{escape(policy['name'])} by group</h2>{tables}</section>" if tables else ""


def _settings(settings: Mapping[str, Any]) -> str:
    rows = {name: settings[name] for name in _SETTINGS} | settings["randomization"]
    body = "".join(
        f'<tr><th scope="row">{escape(name.replace("_", " "))}</th><td>{escape(_shown(value))}</td></tr>'
        for name, value in rows.items()
    )
    return f"<table><tbody>{body}</tbody></table>"


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
