"""Print the name of the OpenGL driver of one platform; run as a process of its own (see `view.backends`)."""

from __future__ import annotations

import os
import sys
from typing import Any


def make_context(platform: str, size: tuple[int, int]) -> Any:
    """Make MuJoCo's GL context of a platform (`egl`, `osmesa`, `cgl` or `glfw`), whatever MUJOCO_GL said at its import.

    Raises:
        Exception: Whatever the driver raises; some crash.
    """
    if platform == "egl":
        from mujoco.egl import GLContext
    elif platform == "osmesa":
        from mujoco.osmesa import GLContext
    elif platform == "cgl":
        from mujoco.cgl import GLContext
    else:
        from mujoco.glfw import GLContext
    context = GLContext(*size)
    context.make_current()
    return context


def main() -> None:
    """Make a context and ask its name."""
    platform = sys.argv[1]
    os.environ["MUJOCO_GL"] = platform
    context = make_context(platform, (64, 64))
    from OpenGL import GL

    name = GL.glGetString(GL.GL_RENDERER)
    print(name.decode() if name else "", flush=True)
    # clean-up after EGL can raise while the interpreter shuts down: the answer is out, so leave at once
    del context
    os._exit(0 if name else 1)


if __name__ == "__main__":
    main()
