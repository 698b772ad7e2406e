"""Sequences of robot pictures as plain arrays: what render workers are sent."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from genmimic.view.camera import Camera
from genmimic.view.scene import Pose, Scene

TRAIL_POINTS = 200


@dataclass(frozen=True)
class Panel:
    """One column of the video: a robot over time, with its cameras.

    Attributes:
        cameras: T cameras of equal size, focal length and orientation.
        pos_w: Body origins (T, 24, 3), metres, world.
        quat_w: Body orientations (T, 24, 4).
        ghost_pos_w: The same of the translucent second robot, or None.
        ghost_quat_w: The same of the translucent second robot, or None.
        strap: Whether the gantry's strap is drawn.
    """

    cameras: list[Camera]
    pos_w: np.ndarray
    quat_w: np.ndarray
    ghost_pos_w: np.ndarray | None = None
    ghost_quat_w: np.ndarray | None = None
    strap: bool = False

    def __len__(self) -> int:
        """Number of frames T."""
        return len(self.pos_w)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.cameras[0].size

    def scene(self, frame: int) -> Scene:
        """The picture of one frame."""
        ghost = None
        if self.ghost_pos_w is not None and self.ghost_quat_w is not None:
            ghost = Pose(self.ghost_pos_w[frame], self.ghost_quat_w[frame])
        step = max(1, frame // TRAIL_POINTS)
        trail_w = self.pos_w[frame::-step, 0, :2][::-1]
        return Scene(self.cameras[frame], Pose(self.pos_w[frame], self.quat_w[frame]), ghost, self.strap, trail_w)


def to_bytes(panels: list[Panel]) -> bytes:
    """Pack panels for another process; no pickle."""
    arrays: dict[str, np.ndarray] = {"count": np.array(len(panels))}
    for i, panel in enumerate(panels):
        camera = panel.cameras[0]
        arrays |= {
            f"{i}_size": np.array(camera.size),
            f"{i}_focal_px": np.array(camera.focal_px),
            f"{i}_centre_px": camera.centre_px,
            f"{i}_rotation_cw": camera.rotation_cw,
            f"{i}_position_w": np.stack([c.position_w for c in panel.cameras]),
            f"{i}_pos_w": panel.pos_w,
            f"{i}_quat_w": panel.quat_w,
            f"{i}_strap": np.array(panel.strap),
        }
        if panel.ghost_pos_w is not None and panel.ghost_quat_w is not None:
            arrays |= {f"{i}_ghost_pos_w": panel.ghost_pos_w, f"{i}_ghost_quat_w": panel.ghost_quat_w}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def from_bytes(data: bytes) -> list[Panel]:
    """Unpack what `to_bytes` packed."""
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    panels = []
    for i in range(int(arrays["count"])):
        width, height = arrays[f"{i}_size"].tolist()
        focal, centre, rotation = float(arrays[f"{i}_focal_px"]), arrays[f"{i}_centre_px"], arrays[f"{i}_rotation_cw"]
        cameras = [Camera((width, height), focal, centre, rotation, p) for p in arrays[f"{i}_position_w"]]
        ghost = [arrays[key] if (key := f"{i}_ghost_{name}") in arrays else None for name in ("pos_w", "quat_w")]
        panels.append(
            Panel(cameras, arrays[f"{i}_pos_w"], arrays[f"{i}_quat_w"], *ghost, strap=bool(arrays[f"{i}_strap"]))
        )
    return panels
