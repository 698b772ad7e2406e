"""Go or no go: the report of a rehearsal, for people and as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from genmimic.deploy.rehearsal.gates import Gate
from genmimic.deploy.rehearsal.margins import MotionMargins, warnings
from genmimic.motion.files import atomic_path

KIND = "genmimic rehearsal"
UNTESTED = (
    "All of this is simulation. Nothing here has been tried on a real robot: "
    "gantry first, hand on the emergency stop (docs/deploy.md)."
)


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal found.

    Attributes:
        motion: Name of the motion.
        tracker: Name of the policy, or 'reference'.
        balances: Whether it stands by itself.
        fingerprint: Of the reference's and the policy's files, so that a report is never taken for another motion's.
        gates: What was tried.
        margins: Of the motion.
    """

    motion: str
    tracker: str
    balances: bool
    fingerprint: str
    gates: tuple[Gate, ...]
    margins: MotionMargins

    @property
    def go(self) -> bool:
        """Whether every gate was tried and passed."""
        return all(gate.passed is True for gate in self.gates)


def as_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """Plain values."""
    margins = asdict(rehearsal.margins)
    return {
        "kind": KIND,
        "go": rehearsal.go,
        **{name: getattr(rehearsal, name) for name in ("motion", "tracker", "balances", "fingerprint")},
        "gates": [asdict(gate) for gate in rehearsal.gates],
        "margins": margins,
        "warnings": warnings(rehearsal.margins),
        "note": UNTESTED,
    }


def save_rehearsal(rehearsal: Rehearsal, path: Path) -> None:
    """Write the report as JSON, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(as_json(rehearsal), indent=1), encoding="utf-8")


def rehearsed(path: Path, fingerprint: str) -> bool:
    """Whether a report says go for the files with this fingerprint."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return report.get("kind") == KIND and report.get("go") is True and report.get("fingerprint") == fingerprint


def as_text(rehearsal: Rehearsal) -> str:
    """The report for people."""
    margins, words = rehearsal.margins, {True: "pass", False: "FAIL", None: "not tried"}
    support = "never stands" if margins.support_margin is None else f"{100 * margins.support_margin:.0f} cm"
    lines = [
        f"Rehearsal of '{rehearsal.motion}' ({margins.duration:.1f} s) with {rehearsal.tracker}",
        *(f"  {words[gate.passed]:<9} {gate.name:<24} {gate.sentence}" for gate in rehearsal.gates),
        "  margins",
        f"    joint limits   {margins.joint_limit.value:.2f} rad left ({_place(margins.joint_limit)})",
        f"    joint speed    {100 * margins.speed.value:.0f} % of the motor's ({_place(margins.speed)})",
        f"    torque         {100 * margins.torque.value:.0f} % of the motor's ({_place(margins.torque)})",
        f"    support        centre of mass inside the feet by {support} at worst, "
        f"outside in {100 * margins.outside_support:.0f} % of the frames",
        f"    feet cannot give {100 * margins.missing_force:.0f} % of the weight (95th percentile)",
        f"    tilt {math.degrees(margins.tilt):.0f} degrees, lowest pelvis {margins.lowest_pelvis:.2f} m, "
        f"{margins.steps} step(s), turn {math.degrees(margins.turn):.0f} degrees, path {margins.path:.1f} m",
        *(f"  warning: the motion {warning}" for warning in warnings(margins)),
    ]
    if not rehearsal.balances:
        lines.append("  warning: nothing balances the robot: a gantry must carry it from beginning to end")
    lines.append(f"{'GO' if rehearsal.go else 'NO GO'}. {UNTESTED}")
    return "\n".join(lines)


def _place(worst: Any) -> str:
    return f"{worst.joint} at {worst.time:.2f} s"
