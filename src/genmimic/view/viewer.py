"""A page in the browser on which video, person, reference and robot are scrubbed together; needs the extra `view`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion.skeleton import PARENTS
from genmimic.robot.meshes import Level, load_visual_meshes
from genmimic.robot.names import BODY_NAMES
from genmimic.view.playback import FPS, Playback, load_playback
from genmimic.view.scene import GHOST_RGB
from genmimic.view.skeleton_overlay import bone_colours

if TYPE_CHECKING:
    import viser

HUMAN_ASIDE = 1.2
"""How far, metres, the person stands beside the robot."""
STUDENT_ASIDE = 1.2
"""How far, metres, the student stands on the robot's other side."""
GHOST_OPACITY = 0.35


def serve(folder: str | Path, host: str = "localhost", port: int = 8080) -> None:
    """Serve the page of a finished run until Ctrl-C.

    Args:
        folder: The run's output folder.
        host: Address to listen on; `0.0.0.0` lets other machines connect.
        port: Port; the next free one is taken where it is in use.

    Raises:
        InputError: The folder holds no finished run, or viser is not installed.
    """
    import_viser()
    serve_playback(load_playback(folder), host, port)


def serve_playback(playback: Playback, host: str = "localhost", port: int = 8080) -> None:
    """Serve a page of motions on one clock until Ctrl-C; arguments and errors as of `serve`."""
    server = import_viser().ViserServer(host=host, port=port, label=f"GenMimic: {playback.name}", verbose=False)
    viewer = Viewer(server, playback)
    print(f"Open http://{'localhost' if host == '0.0.0.0' else host}:{server.get_port()} (Ctrl-C ends it)", flush=True)
    try:
        viewer.play()
    finally:
        server.stop()


class Viewer:
    """The scene and the controls of one server."""

    def __init__(self, server: viser.ViserServer, playback: Playback) -> None:
        """Fill a server's scene and show the first instant."""
        self._server, self._playback = server, playback
        self._build_scene()
        self._build_controls()
        self.show(0)

    def show(self, frame: int) -> None:
        """Put everything where it is at an instant."""
        p = self._playback
        with self._server.atomic():
            place(self._robot, p.robot_pos_w[frame], p.robot_quat_w[frame])
            if p.reference_pos_w is not None and p.reference_quat_w is not None:
                place(self._ghost, p.reference_pos_w[frame], p.reference_quat_w[frame])
            if p.student_pos_w is not None and p.student_quat_w is not None:
                place(self._student, p.student_pos_w[frame], p.student_quat_w[frame])
            if self._human is not None and p.human_joint_pos_w is not None:
                self._human.points = _bones(p.human_joint_pos_w[frame])
            picture = p.picture(frame)
            if self._picture is not None and picture is not None:
                self._picture.image = picture
            support = f" · gantry carries {p.support_percent[frame]:.0f} % of body weight" if p.held else ""
            self._status.content = f"**{p.times[frame]:.2f} s**{support}"

    def play(self) -> None:
        """Advance while playing is on; returns never."""
        due = time.monotonic()
        while True:
            due = max(due + 1.0 / FPS, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))
            if self._playing.value:
                self._time.value = (self._time.value + 1) % len(self._playback)

    def _build_scene(self) -> None:
        scene, p = self._server.scene, self._playback
        scene.set_up_direction("+z")
        scene.add_grid(
            "/floor", infinite_grid=True, cell_size=0.5, section_size=1.0, fade_distance=12.0, fade_from="origin"
        )
        self._robot = add_robot(scene, "/robot", "fine")
        self._ghost, self._student = [], []
        if p.reference_pos_w is not None:
            self._ghost = add_robot(scene, "/reference", "coarse", tint=GHOST_RGB)
        if p.student_pos_w is not None:
            self._student = add_robot(scene, "/student", "coarse", aside=-STUDENT_ASIDE)
        self._human = None
        if p.human_joint_pos_w is not None:
            scene.add_frame("/human", show_axes=False, position=(0.0, HUMAN_ASIDE, 0.0))
            self._human = scene.add_line_segments(
                "/human/bones", _bones(p.human_joint_pos_w[0]), _bone_rgb(), thickness=0.035
            )
        middle = p.robot_pos_w[:, 0].mean(0)
        camera = self._server.initial_camera
        camera.position = middle + np.array([2.5, 0.8, 0.45])
        camera.look_at = middle + np.array([0.0, 0.45, -0.05])

    def _build_controls(self) -> None:
        gui, p = self._server.gui, self._playback
        gui.add_markdown("  \n".join([f"**{p.name.replace('_', ' ')}**", *self._verdicts()]))
        first = p.picture(0)
        self._picture = None if first is None else gui.add_image(first, label="Input, fitted skeleton", format="jpeg")
        self._status = gui.add_markdown("")
        self._time = gui.add_slider(f"Frame ({FPS}/s)", min=0, max=max(len(p) - 1, 1), step=1, initial_value=0)
        self._playing = gui.add_checkbox("Play", True)
        self._time.on_update(lambda _: self.show(min(int(self._time.value), len(p) - 1)))
        shown = [("Robot", "/robot")]
        if p.reference_pos_w is not None:
            alone = p.student_pos_w is None
            shown = [("Simulated robot" if alone else "Teacher", "/robot"), ("Reference (ghost)", "/reference")]
        if p.student_pos_w is not None:
            shown.append(("Student (own sensors)", "/student"))
        if p.human_joint_pos_w is not None:
            shown.append(("Person", "/human"))
        for label, name in shown:
            self._add_switch(label, name)

    def _verdicts(self) -> list[str]:
        """The verdict, or two with the names of the policies."""
        sentences = self._playback.sentences
        if len(sentences) < 2:
            return list(sentences)
        return [f"{name}: {sentence}" for name, sentence in zip(("Teacher", "Student"), sentences, strict=True)]

    def _add_switch(self, label: str, name: str) -> None:
        box = self._server.gui.add_checkbox(label, True)
        handle = self._server.scene.get_handle_by_name(name)

        def switch(_: Any) -> None:
            if handle is not None:
                handle.visible = box.value

        box.on_update(switch)


def import_viser() -> Any:
    """The module viser.

    Raises:
        InputError: It is not installed.
    """
    try:
        import viser
    except ImportError as error:
        raise InputError("the page needs viser: pip install 'genmimic[view]'.") from error
    return viser


def add_robot(
    scene: viser.SceneApi,
    name: str,
    level: Level,
    tint: tuple[float, float, float] | None = None,
    aside: float = 0.0,
) -> list[Any]:
    """Add a robot, moved `aside` metres along y; returns the handles of its 24 body frames."""
    scene.add_frame(name, show_axes=False, position=(0.0, aside, 0.0))
    frames = [scene.add_frame(f"{name}/{body}", show_axes=False) for body in BODY_NAMES]
    for mesh in load_visual_meshes(level):
        scene.add_mesh_simple(
            f"{name}/{mesh.body_name}/{mesh.name}",
            mesh.vertices,
            mesh.faces,
            color=0.8 * np.array(mesh.rgba[:3]) if tint is None else np.array(tint),
            opacity=None if tint is None else GHOST_OPACITY,
            cast_shadow=tint is None,
            receive_shadow=False,
        )
    return frames


def place(frames: list[Any], pos_w: np.ndarray, quat_w: np.ndarray) -> None:
    """Put the frames of `add_robot` where the bodies are: positions (24, 3) in metres and orientations (24, 4)."""
    for frame, pos, quat in zip(frames, pos_w, quat_w, strict=True):
        frame.position, frame.wxyz = pos, quat


def _bones(joint_pos_w: np.ndarray) -> np.ndarray:
    """Both ends (21, 2, 3) of the bones of a person (22, 3)."""
    return np.stack([joint_pos_w[list(PARENTS[1:])], joint_pos_w[1:]], axis=1).astype(np.float32)


def _bone_rgb() -> np.ndarray:
    # the page is white and brightens colours: bones are darker there than on the video, the middle ones grey
    colours = [
        tuple(c // 2 for c in colour) if colour[0] != colour[1] else (70, 76, 86) for colour in bone_colours()[1:]
    ]
    return np.repeat(np.array(colours, np.uint8)[:, None], 2, axis=1)
