"""Who draws the robot: MuJoCo's renderer where a graphics driver works, else our own rasterizer."""

from __future__ import annotations

import ctypes.util
import os
import subprocess
import sys
from functools import lru_cache
from typing import Literal

from genmimic.errors import InputError
from genmimic.view.scene import Renderer

Backend = Literal["auto", "software", "mujoco"]

SOFTWARE_GL = ("llvmpipe", "softpipe", "swrast", "swr", "software")
"""Parts of GL renderer names that mean: OpenGL computed on the CPU, slower than our own rasterizer."""


def make_renderer(backend: Backend, size: tuple[int, int]) -> Renderer:
    """Make a renderer.

    Args:
        backend: `software`, `mujoco`, or `auto` for MuJoCo's where OpenGL runs on a GPU and ours elsewhere.
        size: Width and height of the pictures, pixels.

    Raises:
        InputError: MuJoCo's renderer was asked for and OpenGL does not work here.
    """
    if choose_backend(backend) == "mujoco":
        from genmimic.view.mujoco_renderer import MujocoRenderer

        return MujocoRenderer(size, gl_platform()[0])
    from genmimic.view.robot_renderer import RobotRenderer

    return RobotRenderer(size)


def choose_backend(backend: Backend) -> Literal["software", "mujoco"]:
    """Settle `auto`, and refuse `mujoco` where it cannot work.

    Raises:
        InputError: MuJoCo's renderer was asked for and OpenGL does not work here.
    """
    if backend == "software":
        return "software"
    _, driver = gl_platform()
    if backend == "mujoco":
        if not driver:
            raise InputError(
                "MuJoCo's renderer needs OpenGL, which does not work here; install libegl1 or libosmesa6, or use the "
                "renderer 'software'."
            )
        return "mujoco"
    return "mujoco" if driver and not any(word in driver.lower() for word in SOFTWARE_GL) else "software"


@lru_cache(maxsize=1)
def gl_platform() -> tuple[str, str]:
    """Which OpenGL works here without a display.

    Returns:
        The platform as in MUJOCO_GL (`egl`, `osmesa`, `cgl` or `glfw`) and the name of its driver; both empty
        where there is none. A missing or broken driver can crash the process that tries it, so another process does.
    """
    for platform in _candidates():
        command = [sys.executable, "-m", "genmimic.view.probe_gl", platform]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and done.stdout.strip():
            return platform, done.stdout.strip()
    return "", ""


def _candidates() -> list[str]:
    if sys.platform != "linux":
        return ["cgl" if sys.platform == "darwin" else "glfw"]
    libraries = {"egl": "EGL", "osmesa": "OSMesa"}
    wished = os.environ.get("MUJOCO_GL", "").lower()
    return [p for p in ([wished] if wished in libraries else libraries) if ctypes.util.find_library(libraries[p])]
