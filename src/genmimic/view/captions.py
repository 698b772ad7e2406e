"""What is written on the side-by-side video: column titles, time, how the robot is held, falls, the verdict."""

from __future__ import annotations

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


class Captions:
    """Writes on frames of one layout: input, reference and simulation from left to right."""

    def __init__(self, columns: list[int], height: int, rollout: Rollout, reference: RobotMotion) -> None:
        """Prepare; `columns` are the three widths in pixels, the first 0 where there is no input."""
        self._left = [0, columns[0], columns[0] + columns[1]]
        self._columns, self._height, self._rollout, self._reference = columns, height, rollout, reference
        self._titles = ["Input, fitted skeleton", "Robot reference", "Simulation · ghost: reference"]

    def draw(self, image: np.ndarray, time: float) -> None:
        """Write on the frame of `time` seconds, in place."""
        self._draw_titles(image)
        bottom = self._height - MARGIN
        self._put(image, f"{time:.2f} s", 0 if self._columns[0] else 1, bottom)
        step = min(round(time * self._rollout.fps), len(self._rollout.root_pos_w) - 1)
        if self._rollout.held:
            percent = 100.0 * float(self._rollout.support_fraction[step])
            self._put(image, f"pelvis held by gantry: {percent:.0f} % of weight", 2, bottom, AMBER)
        if time >= self._rollout.fall_time:  # never true where it is NaN
            above = LINE if self._rollout.held else 0
            self._put(image, f"fell at {self._rollout.fall_time:.2f} s", 2, bottom - above, RED)
        frame = min(round(time * self._reference.fps), len(self._reference) - 1)
        if self._reference.confidence[frame] < LOW_CONFIDENCE:
            self._put(image, "person barely seen", 1, bottom - (0 if self._columns[0] else LINE), AMBER)

    def draw_verdict(self, image: np.ndarray, sentence: str, kind: str) -> None:
        """Write the verdict in a strip along the lower edge, in place of the captions there."""
        self._draw_titles(image)
        colour = VERDICT_RGB.get(kind, INK)
        plate = label("\n".join(self._wrap(sentence)), VERDICT_SIZE, background=colour, opacity=1.0, bold=True)
        plate = plate[: self._height, : image.shape[1]]
        top = self._height - plate.shape[0]
        image[top:] = colour
        composite(image, plate, ((image.shape[1] - plate.shape[1]) // 2, top))

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
