"""The choice between MuJoCo's renderer and ours."""

from __future__ import annotations

import pytest

from genmimic.errors import InputError
from genmimic.view import backends
from genmimic.view.robot_renderer import RobotRenderer


@pytest.mark.parametrize(
    ("platform", "chosen"),
    [
        (("", ""), "software"),
        (("egl", "llvmpipe (LLVM 15.0.6, 256 bits)"), "software"),
        (("egl", "NVIDIA H100/PCIe/SSE2"), "mujoco"),
        (("cgl", "Apple M2"), "mujoco"),
    ],
)
def test_auto_takes_mujoco_only_with_a_gpu(monkeypatch: pytest.MonkeyPatch, platform: tuple[str, str], chosen: str):
    monkeypatch.setattr(backends, "gl_platform", lambda: platform)
    assert backends.choose_backend("auto") == chosen


def test_mujoco_without_opengl_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backends, "gl_platform", lambda: ("", ""))
    with pytest.raises(InputError, match=r"OpenGL, which does not work here; install .*'software'"):
        backends.make_renderer("mujoco", (64, 64))


def test_software_asks_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backends, "gl_platform", lambda: pytest.fail("probed"))
    assert isinstance(backends.make_renderer("software", (64, 64)), RobotRenderer)


def test_a_driver_that_crashes_the_probe_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path):
    crash = tmp_path / "python"
    crash.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crash.chmod(0o755)
    monkeypatch.setattr(backends.sys, "executable", str(crash))
    monkeypatch.setattr(backends, "_candidates", lambda: ["egl", "osmesa"])
    assert backends.gl_platform.__wrapped__() == ("", "")


def test_no_library_no_probe(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(backends.sys, "platform", "linux")
    monkeypatch.setattr(backends.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(backends.subprocess, "run", lambda *a, **k: pytest.fail("probed"))
    assert backends.gl_platform.__wrapped__() == ("", "")
