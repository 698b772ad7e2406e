"""The live view in the browser: the robot as its sensors have it, the reference as a ghost; needs the extra `view`."""

from __future__ import annotations

import numpy as np

from genmimic.deploy.control.controller import Step
from genmimic.robot.names import BODY_NAMES
from genmimic.view.scene import GHOST_RGB
from genmimic.view.viewer import add_robot, import_viser, place

_BODIES = len(BODY_NAMES)


class Scene:
    """A page with both robots.

    Attributes:
        port: Where it is served; the next free one where the wanted one is in use.
    """

    def __init__(self, port: int) -> None:
        """Serve the page on this machine.

        Raises:
            InputError: viser is not installed.
        """
        self._server = import_viser().ViserServer(host="localhost", port=port, label="GenMimic: live", verbose=False)
        self.port = self._server.get_port()
        self._server.scene.set_up_direction("+z")
        self._server.scene.add_grid("/floor", infinite_grid=True, cell_size=0.5, section_size=1.0)
        self._robot = add_robot(self._server.scene, "/robot", "fine")
        self._ghost = add_robot(self._server.scene, "/reference", "coarse", tint=GHOST_RGB)
        self._words = self._server.gui.add_markdown("")

    def show(self, step: Step, reference_pos_w: np.ndarray, reference_quat_w: np.ndarray) -> None:
        """Put both robots where they are.

        Args:
            step: The newest control step.
            reference_pos_w: Keypoints of the reference, (27, 3), metres; the bodies come first.
            reference_quat_w: (27, 4).
        """
        with self._server.atomic():
            place(self._ghost, reference_pos_w[:_BODIES], reference_quat_w[:_BODIES])
            state = step.state
            if state is not None and np.isfinite(state.keypoint_pos_w).all():
                place(self._robot, state.keypoint_pos_w[:_BODIES], state.keypoint_quat_w[:_BODIES])
            causes = "; ".join(step.trips.values())
            self._words.content = f"**{step.phase}**" + (f": {causes}" if causes else "")

    def close(self) -> None:
        """End the page."""
        self._server.stop()
