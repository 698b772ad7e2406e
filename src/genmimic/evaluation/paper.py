"""The paper's own figures: tables 1, 2, 3 and 4, as printed."""

from __future__ import annotations

from dataclasses import dataclass

FIGURES = ("success_paper", "mpkpe_cm", "lmpkpe_cm", "mpkpe_nt_cm", "lmpkpe_nt_cm")
"""Columns of the tables by the names of `metrics.Metrics`; the first in per cent, the others in centimetres."""
AMASS, BENCH = "AMASS", "GenMimicBench"

Printed = tuple[float, float | None]
"""A figure and what stands behind its ±; the paper does not say over what that is."""


@dataclass(frozen=True)
class PaperRow:
    """One row of a table.

    Attributes:
        label: As printed, in plain letters: 's' is the privileged teacher, 'o' the student.
        section: Heading above the row.
        bench: `FIGURES` on GenMimicBench.
        amass: The first three of them on AMASS (test); None in table 1.
        ours: Names under which our counterparts of the row are known (`genmimic train --task`, files, layouts).
    """

    label: str
    section: str
    bench: tuple[Printed, ...]
    amass: tuple[Printed, ...] | None
    ours: tuple[str, ...]


def _row(label: str, section: str, ours: tuple[str, ...], bench: str, amass: str = "") -> PaperRow:
    return PaperRow(label, section, _printed(bench), _printed(amass) if amass else None, ours)


def _printed(figures: str) -> tuple[Printed, ...]:
    pairs = [figure.partition("+-") for figure in figures.split()]
    return tuple((float(mean), float(spread) if spread else None) for mean, _, spread in pairs)


_STUDENTS, _TEACHERS = "Unprivileged policies", "Privileged policies"
_TEACHER = "86.77 16.63+-1.06 6.68+-0.33 20.46+-5.73 6.75+-0.47"
TABLE_1: tuple[PaperRow, ...] = (
    _row("GMT", _STUDENTS, ("gmt",), "4.29 23.79+-1.89 4.58+-0.18 132.32+-24.12 6.78+-0.79"),
    _row("TWIST (o)", _STUDENTS, ("twist-student",), "7.52 24.16+-2.33 5.24+-0.65 98.08+-57.09 7.05+-2.13"),
    _row("GenMimic (o)", _STUDENTS, ("student",), "29.78 24.51+-1.73 5.98+-0.42 62.48+-13.48 6.82+-0.95"),
    _row("TWIST (s)", _TEACHERS, ("twist", "twist-teacher"), "2.69 25.74+-5.93 6.61+-1.88 120.96+-59.46 7.82+-1.65"),
    _row("BeyondMimic", _TEACHERS, ("beyondmimic",), "23.81 23.29+-4.62 10.19+-6.47 36.85+-6.46 5.58+-0.38"),
    _row("GenMimic (s)", _TEACHERS, ("teacher", "ours", "3dp-weights-symmetry"), _TEACHER),
)

_GOAL, _WEIGHTS = "Goal observation", "Weights and symmetry"
_DOFS = _row(
    "DoFs",
    _GOAL,
    ("dofs",),
    "23.8 25.64+-1.56 7.76+-0.35 53.84+-6.67 7.90+-0.44",
    "45.8 13.38+-0.31 6.65+-0.09",
)
_POINTS = _row(
    "3D Points (3DP)",
    _GOAL,
    ("points", "3dp"),
    "40.0 23.23+-1.69 7.07+-0.55 39.51+-8.55 7.22+-0.70",
    "50.0 14.08+-0.42 7.19+-0.15",
)
_POINTS_WEIGHTS = _row(
    "3DP+Weights",
    _WEIGHTS,
    ("points-weights", "3dp-weights"),
    "77.4 16.59+-1.39 7.03+-0.50 28.45+-12.64 7.77+-1.30",
    "97.7 7.89+-0.36 6.09+-0.14",
)
_FULL = _row(
    "3DP+Weights+Symmetry",
    _WEIGHTS,
    ("points-weights-symmetry", "3dp-weights-symmetry"),
    "86.8 16.63+-1.06 6.68+-0.33 20.46+-5.73 6.75+-0.47",
    "99.3 7.49+-0.36 5.62+-0.09",
)
TABLE_3: tuple[PaperRow, ...] = (
    _DOFS,
    _POINTS,
    _POINTS_WEIGHTS,
    _row(
        "3DP+Self-supervised",
        _WEIGHTS,
        ("self-supervised", "3dp-self-supervised", "points-self-supervised"),
        "62.0 18.63+-1.32 6.49+-0.50 40.63+-10.48 7.75+-0.99",
        "67.6 9.00+-0.54 6.10+-0.17",
    ),
    _FULL,
)
TABLE_4: tuple[PaperRow, ...] = (
    _DOFS,
    _POINTS,
    _row(
        "DoFs+Weights",
        _WEIGHTS,
        ("dofs-weights",),
        "40.4 17.61+-1.71 7.37+-0.47 58.20+-18.09 11.05+-2.71",
        "66.9 10.68+-0.85 6.68+-0.23",
    ),
    _POINTS_WEIGHTS,
    _row(
        "DoFs+Weights+Symmetry",
        _WEIGHTS,
        ("dofs-weights-symmetry",),
        "40.0 18.26+-1.91 6.73+-0.44 52.13+-11.00 7.95+-0.95",
        "84.0 9.28+-0.62 5.53+-0.16",
    ),
    _FULL,
)
TABLES: dict[int, tuple[PaperRow, ...]] = {1: TABLE_1, 3: TABLE_3, 4: TABLE_4}

TABLE_2: dict[str, tuple[int, float]] = {
    "in-place action": (12, 1.0),
    "wave": (6, 1.0),
    "reach": (2, 1.0),
    "raise": (2, 1.0),
    "sequence": (2, 1.0),
    "step+action": (15, 0.40),
    "step forward": (7, 0.43),
    "step lateral": (7, 0.43),
    "raise leg": (1, 0.0),
    "turn+action": (12, 0.41),
    "2x180 turn": (3, 0.45),
    "2x90 turn": (3, 0.44),
    "180 turn": (3, 0.33),
    "90 turn": (2, 0.50),
    "< 90 turn": (1, 1.0),
    "walk+action": (4, 0.60),
    "walk": (2, 1.0),
    "walk+turn": (2, 0.20),
}
"""Actions and visual success rate of the real trials by category; those that sum up others come before them."""
SUMS: dict[str, tuple[str, ...]] = {
    "in-place action": ("wave", "reach", "raise", "sequence"),
    "step+action": ("step forward", "step lateral", "raise leg"),
    "turn+action": ("2x180 turn", "2x90 turn", "180 turn", "90 turn", "< 90 turn"),
    "walk+action": ("walk", "walk+turn"),
}
"""Which categories of table 2 sum up which."""
