"""The figures that an evaluation keeps of every rollout: how people call them, and in which unit."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One figure.

    Attributes:
        name: Field of `metrics.Metrics`.
        label: Heading.
        unit: Of what is shown; '%' of a truth value is its share.
        decimals: Digits behind the point.
        factor: From the stored value to the shown one.
    """

    name: str
    label: str
    unit: str
    decimals: int = 1
    factor: float = 1.0

    def text(self, value: float | None) -> str:
        """A value for people; a dash where there is none."""
        known = value is not None and math.isfinite(value)
        return f"{self.factor * value:.{self.decimals}f}" if known and value is not None else "-"

    @property
    def heading(self) -> str:
        """Label and unit."""
        return f"{self.label} {self.unit}".strip()


COLUMNS: tuple[Column, ...] = (
    Column("success_paper", "SR", "%", 1, 100.0),
    Column("success", "SR ours", "%", 1, 100.0),
    Column("visual_success", "VSR sim", "%", 1, 100.0),
    Column("mpkpe_cm", "MPKPE", "cm", 2),
    Column("lmpkpe_cm", "LMPKPE", "cm", 2),
    Column("mpkpe_nt_cm", "MPKPE-NT", "cm", 2),
    Column("lmpkpe_nt_cm", "LMPKPE-NT", "cm", 2),
    Column("mpkpe_clean_cm", "MPKPE clean", "cm", 2),
    Column("lmpkpe_clean_cm", "LMPKPE clean", "cm", 2),
    Column("mpkpe_clean_nt_cm", "MPKPE-NT clean", "cm", 2),
    Column("lmpkpe_clean_nt_cm", "LMPKPE-NT clean", "cm", 2),
    Column("max_keypoint_error_cm", "largest error", "cm"),
    Column("joint_error_deg", "joint error", "°"),
    Column("fall_time_paper_s", "fall (paper's rule)", "s", 2),
    Column("fall_time_s", "fall", "s", 2),
    Column("lost_time_s", "lost", "s", 2),
    Column("stumbles", "stumbles", "", 2),
    Column("missed_hands", "hands missed", "", 2),
    Column("missed_feet", "feet missed", "", 2),
    Column("missed_heading", "turn missed", "%", 1, 100.0),
    Column("at_torque_limit_percent", "at torque limit", "%", 2),
    Column("at_joint_limit_percent", "at joint limit", "%", 2),
    Column("action_rate", "action rate", "", 2),
    Column("energy_j", "energy", "J", 0),
    Column("mean_power_w", "power", "W", 0),
    Column("foot_slip_cm_s", "foot slip", "cm/s"),
    Column("touchdown_impulse_ns", "touchdown impulse", "N s"),
    Column("peak_foot_force_bw", "peak force on a foot", "body weights", 2),
    Column("mean_foot_force_bw", "mean force on the feet", "body weights", 2),
    Column("duration_s", "duration", "s", 2),
)
FIGURES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
HEADLINE: tuple[str, ...] = FIGURES[:7]
"""What the paper's table 1 has, with our fall rule and the visual stand-in beside its SR."""
CLEAN: tuple[str, ...] = ("mpkpe_clean_cm", "lmpkpe_clean_cm", "mpkpe_clean_nt_cm", "lmpkpe_clean_nt_cm")
"""The same errors against the motion behind a noisy reference."""
EFFORT: tuple[str, ...] = FIGURES[FIGURES.index("stumbles") : FIGURES.index("duration_s")]
"""What it costs the robot, and how it looks."""
