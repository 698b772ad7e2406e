import json
from typing import Any

import numpy as np
import pytest
from command_line import assert_refused, genmimic

from genmimic.commands.sim_robot import sim_robot
from genmimic.deploy.sim_robot.process import own_domain
from genmimic.errors import InputError

pytest.importorskip("cyclonedds.domain", reason="CycloneDDS is not installed: pip install 'genmimic[deploy]'")


def test_runs_and_tells(tmp_path) -> None:
    words = ("--domain", own_domain() + 3, "--seconds", "1", "--json", "--no-priority", "--record", "truth.npz")
    done = genmimic("sim-robot", *words, "--hoist", "keep", "--onboard", "ai", "--mode-machine", "5", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("sim-robot: ready on lo")
    told = json.loads(done.stdout)
    assert 0.1 < told["simulated_seconds"] <= told["seconds"] + 0.1
    assert not told["fallen"]
    assert told["refused"] == told["commands"]  # those of its own controller
    with np.load(tmp_path / "truth.npz", allow_pickle=False) as truth:
        assert truth["joint_pos"].shape == (len(truth["stamp"]), 23)
        assert 3 < len(truth["stamp"]) <= 51
        assert (np.diff(truth["stamp"]) > 0).all()
        assert truth["root_pos_w"][:, 2].min() > 0.7
        assert (truth["held"] == 1.0).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mode_machine": 9}, "mode_machine 9"),
        ({"fault": ("flood",)}, "--fault flood"),
        ({"loss": 1.0}, "--loss"),
        ({"noise": -1.0}, "--noise"),
        ({"interface": "nowhere7", "domain": own_domain() + 4}, "nowhere7"),
        ({"domain": 500}, "DDS domain 500"),
    ],
)
def test_refuses(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        sim_robot(**options, seconds=0.1, priority=False)


def test_refusal_on_the_command_line(tmp_path) -> None:
    assert_refused(genmimic("sim-robot", "--fault", "flood", cwd=tmp_path), "--fault flood")
