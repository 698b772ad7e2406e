"""`genmimic deploy` from outside: what it refuses, and one whole deployment over DDS."""

from __future__ import annotations

import json

import pytest
from command_line import genmimic
from sim.motions import standing

from genmimic.deploy.lead.surround import lead
from genmimic.motion.files import save_robot


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wave")
    save_robot(standing(0.5, wave=0.8), folder / "reference.npz")
    return folder


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--robot", "eth0"), "a real robot needs an operator at a terminal"),
        (("--robot", "eth0", "--headless"), "somebody must watch a real robot"),
        (("--policy", "none.onnx"), "none.onnx: no such policy file"),
        (("--log", "."), "exists already; --log names a new folder"),
    ],
)
def test_what_is_refused(folder, words, sentence):
    done = genmimic("deploy", folder, "--policy", "reference", *words, cwd=folder)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_whole_deployment_over_dds(folder):
    pytest.importorskip("cyclonedds", reason="the robot's protocol needs the extra 'deploy'")
    done = genmimic(
        "deploy", folder, "--policy", "reference", "--headless", "--json", "--log", folder / "log", cwd=folder
    )
    told = json.loads(done.stdout)
    # a computer that is too busy for the loop is stopped by the filter, rightly; nothing else may stop it
    assert done.returncode == (3 if told["trips"] else 0), done.stderr
    assert set(told["trips"]) <= {"state_age", "command_age", "long_step", "late_steps"}
    assert (folder / "log" / "robot.npz").is_file()
    whole = lead(standing(0.5, wave=0.8)).motion
    assert told["trips"] or told["frames"] == len(whole) > 26
