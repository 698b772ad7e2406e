"""What is written on the side-by-side video: column titles, time, how the robot is held, falls, the verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from genmimic.motion.robot_motion import RobotMotion
from genmimic.view.compositing import composite, label, text_width

if TYPE_CHECKING:
    from genmimic.sim.record import Rollout

MARGIN = 12
INK = (24, 30, 40)
AMBER, RED, GREEN = (180, 95, 6), (190, 38, 38), (22, 128, 74)
VERDICT_RGB = {"tracked": GREEN, "held": AMBER, "fell": RED, "lost": RED, "infeasible": RED}
LOW_CONFIDENCE = 0.5
VERDICT_SIZE = 14
LINE = 34
"""Distance between the captions at the foot of a column, pixels."""
STRIP_GAP = 3
"""Distance between the strips of two verdicts, pixels."""
SIMULATION_TITLES: dict[int, tuple[str, ...]] = {
    1: ("Simulation · ghost: reference",),
    2: ("Teacher: knows the simulator's state", "Student: its own sensors"),
}
"""Titles of the simulated robots' columns, by their number."""
VERDICT_NAMES: dict[int, tuple[str, ...]] = {0: (), 1: ("",), 2: ("Teacher: ", "Student: ")}
"""What their verdicts begin with."""


class Captions:
    """Writes on frames of one layout: input, reference and one or two simulations from left to right."""

    def __init__(self, columns: Sequence[int], height: int, rollouts: Sequence[Rollout], reference: RobotMotion):
        """Prepare.

        Args:
            columns: Widths, pixels; the first 0 where there is no input.
            height: Height of the frames, pixels.
            rollouts: What the simulated robot did: by one policy, or by the teacher and the student.
            reference: What it was asked to do.
        """
        self._left = [sum(columns[:i]) for i in range(len(columns))]
        self._columns, self._height, self._rollouts, self._reference = columns, height, rollouts, reference
        self._titles = ["Input, fitted skeleton", "Robot reference", *SIMULATION_TITLES[len(rollouts)]]

    def draw(self, image: np.ndarray, time: float) -> None:
        """Write on the frame of `time` seconds, in place."""
        self._draw_titles(image)
        bottom = self._height - MARGIN
        self._put(image, f"{time:.2f} s", 0 if self._columns[0] else 1, bottom)
        for column, rollout in enumerate(self._rollouts, start=2):
            self._draw_state(image, rollout, column, time)
        frame = min(round(time * self._reference.fps), len(self._reference) - 1)
        if self._reference.confidence[frame] < LOW_CONFIDENCE:
            self._put(image, "person barely seen", 1, bottom - (0 if self._columns[0] else LINE), AMBER)

    def draw_verdicts(self, image: np.ndarray, verdicts: Sequence[tuple[str, str]]) -> None:
        """Write each rollout's verdict (kind, sentence) along the lower edge, in place of the captions there."""
        self._draw_titles(image)
        bottom = self._height
        for (kind, sentence), name in reversed(list(zip(verdicts, VERDICT_NAMES[len(verdicts)], strict=True))):
            colour = VERDICT_RGB.get(kind, INK)
            plate = label(
                "\n".join(self._wrap(name + sentence)), VERDICT_SIZE, background=colour, opacity=1.0, bold=True
            )
            plate = plate[: self._height, : image.shape[1]]
            top = max(0, bottom - plate.shape[0])
            image[top:bottom] = colour
            composite(image[:bottom], plate, ((image.shape[1] - plate.shape[1]) // 2, top))
            bottom = max(0, top - STRIP_GAP)

    def _draw_state(self, image: np.ndarray, rollout: Rollout, column: int, time: float) -> None:
        """Write how a robot is held and when it fell."""
        bottom = self._height - MARGIN
        if rollout.held:
            step = min(round(time * rollout.fps), len(rollout) - 1)
            percent = 100.0 * float(rollout.support_fraction[step])
            self._put(image, f"pelvis held by gantry: {percent:.0f} % of weight", column, bottom, AMBER)
        if time >= rollout.fall_time:  # never true where it is NaN
            above = LINE if rollout.held else 0
            self._put(image, f"fell at {rollout.fall_time:.2f} s", column, bottom - above, RED)

    def _draw_titles(self, image: np.ndarray) -> None:
        for column, title in enumerate(self._titles):
            self._put(image, title, column, MARGIN + label(title, bold=True).shape[0], bold=True)

    def _put(
        self,
        image: np.ndarray,
        text: str,
        column: int,
        bottom: int,
        background: tuple[int, int, int] = INK,
        bold: bool = False,
    ) -> None:
        """Write at the left of a column, the plate's lower border in row `bottom`; the column's end cuts it off."""
        plate = label(text, background=background, bold=bold)
        room = max(0, self._columns[column] - MARGIN)
        composite(image, plate[:, :room], (self._left[column] + MARGIN, max(0, bottom - plate.shape[0])))

    def _wrap(self, sentence: str) -> list[str]:
        """Break a sentence into lines that fit the frame."""
        room = sum(self._columns) - 4 * MARGIN
        lines: list[str] = []
        for word in sentence.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and text_width(longer, VERDICT_SIZE, bold=True) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines
