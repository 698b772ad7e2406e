"""Silencing native code's standard error, and only for as long as asked."""

from __future__ import annotations

import os

import pytest

from genmimic.human.native_output import silent_stderr


def test_silent_then_heard_again(capfd: pytest.CaptureFixture[str]) -> None:
    with silent_stderr():
        os.write(2, b"chatter\n")
    os.write(2, b"news\n")
    assert capfd.readouterr().err == "news\n"


def test_heard_again_after_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError), silent_stderr():
        raise ValueError
    os.write(2, b"news\n")
    assert capfd.readouterr().err == "news\n"
