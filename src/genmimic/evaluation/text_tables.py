"""Tables of results as text: for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from genmimic.evaluation.columns import BY_NAME, CLEAN, EFFORT, HEADLINE

SPREAD = (
    "Means over motions ± standard deviation over motions (of each motion's mean over its rollouts); where several "
    "seeds were used, in brackets the standard deviation over seeds. Errors are against the reference that the policy "
    "was given; 'clean' ones against the motion behind it."
)


def overview(content: Mapping[str, Any]) -> list[list[str]]:
    """Rows of the table of policies, the headings first."""
    names = known(content, (*HEADLINE, *CLEAN))
    return [
        ["policy", "motions", "rollouts", *(BY_NAME[name].heading for name in names)],
        *(
            [p["name"], str(len(p["motions"])), str(p["rollouts"]), *(spread(p["all"][name], name) for name in names)]
            for p in content["policies"]
        ),
    ]


def effort(content: Mapping[str, Any]) -> list[list[str]]:
    """Rows of the table of what it costs the robot, the headings first."""
    return [
        ["policy", *(BY_NAME[name].heading for name in EFFORT)],
        *([p["name"], *(BY_NAME[name].text(p["all"][name]["mean"]) for name in EFFORT)] for p in content["policies"]),
    ]


def groups(policy: Mapping[str, Any], tag: str) -> list[list[str]]:
    """Rows of the table of one tag's groups, the headings first."""
    names = [name for name in (*HEADLINE, *CLEAN[:2]) if policy["all"][name]["mean"] is not None]
    return [
        [tag, "motions", "rollouts", *(BY_NAME[name].heading for name in names)],
        *(
            [row["value"] or "-", str(row["motions"]), str(row["rollouts"]), *_cells(row["figures"], names)]
            for row in policy["groups"][tag]
        ),
    ]


def tags_of(policy: Mapping[str, Any]) -> list[str]:
    """Tags that tell motions apart, the group first."""
    telling = [tag for tag, rows in policy["groups"].items() if len(rows) > 1]
    return sorted(telling, key=lambda tag: (tag != "group", tag))


def known(content: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Those figures that some policy has."""
    return [name for name in names if any(p["all"][name]["mean"] is not None for p in content["policies"])]


def spread(figure: Mapping[str, float | None], name: str) -> str:
    """Mean ± deviation over motions (deviation over seeds)."""
    column = BY_NAME[name]
    text = column.text(figure["mean"])
    if figure["sd_motions"] is not None:
        text += f" ± {column.text(figure['sd_motions'])}"
    return text if figure["sd_seeds"] is None else f"{text} ({column.text(figure['sd_seeds'])})"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows for a terminal: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a table of Markdown."""
    head, *body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *body])


def conditions(content: Mapping[str, Any]) -> str:
    """How much was tried, and where."""
    settings = content["settings"]
    return (
        f"{content['set']['motions']} motions, {settings['rollouts']} rollouts of each with each of the seeds "
        f"{', '.join(map(str, settings['seeds']))}; {content['backend']}, {content['device']}; "
        f"genmimic {content['genmimic']}, {content['date']}"
    )


def report(content: Mapping[str, Any]) -> str:
    """All tables as a Markdown document."""
    what = content["set"]
    parts = [
        f"# Evaluation on {what['name']}",
        f"{conditions(content)}.",
        markdown(overview(content)),
        SPREAD,
        markdown(effort(content)),
    ]
    if what["near_paper_fall"]:
        parts.append(
            f"{len(what['near_paper_fall'])} references tilt beyond 0.65 themselves, close to the paper's rule for a "
            f"fall: {', '.join(what['near_paper_fall'])}."
        )
    for policy in content["policies"]:
        for tag in tags_of(policy):
            parts += [f"## {policy['name']} by {tag}", markdown(groups(policy, tag))]
    return "\n\n".join(parts) + "\n"


def _cells(figures: Mapping[str, float | None], names: Sequence[str]) -> list[str]:
    return [BY_NAME[name].text(figures[name]) for name in names]
