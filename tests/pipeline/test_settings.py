"""Settings out of range are refused before any work, by one sentence that names the option."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genmimic.errors import InputError
from genmimic.pipeline.settings import Settings


@pytest.mark.parametrize(
    ("settings", "option"),
    [
        ({"start": -1.0}, "--start"),
        ({"start": float("nan")}, "--start"),
        ({"start": 3.0, "end": 2.0}, "--end"),
        ({"crop": (0, 0, 0, 10)}, "--crop"),
        ({"fps": 0.0}, "--fps"),
        ({"fps": float("nan")}, "--fps"),
        ({"person": 0}, "--person"),
        ({"height": 180.0}, "--height"),
        ({"focal": 0.9}, "--focal"),
        ({"focal": float("inf")}, "--focal"),
        ({"dof": 27}, "--dof"),
        ({"controller": "magic"}, "--controller"),
        ({"controller": "gantry", "policy": "teacher"}, "--policy is not used with"),
        ({"friction": 0.0}, "--friction"),
        ({"motor_strength": float("nan")}, "--motor-strength"),
        ({"delay_steps": -1}, "--delay-steps"),
        ({"controller": "gantry", "noise": 0.0}, "--noise is not used with"),
        ({"noise": -1.0}, "--noise"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_refused(settings: dict[str, Any], option: str) -> None:
    with pytest.raises(InputError, match=option):
        Settings(**settings)


def test_accepted() -> None:
    Settings(start=1.0, end=2.0, crop=(0, 0, 10, 10), fps=16.0, person=1, height=1.8, focal=900.0)
    Settings(policy=Path("p.onnx"), noise=1.0, seed=3)
    Settings(policy="student")
    Settings(controller="gantry", seed=3)
    Settings(friction=0.4, motor_strength=0.9, delay_steps=2)
