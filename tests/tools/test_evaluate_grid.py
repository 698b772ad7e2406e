"""The script that tries a grid of policies on the sets of docs/results.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from evaluation.sets import named
from sim.tiny_policy import write_policy

from genmimic.motion.corpus import Corpus, save_corpus
from genmimic.motion.files import save_robot

TOOL = Path(__file__).resolve().parents[2] / "tools" / "evaluate_grid.sh"


@pytest.fixture
def call(tmp_path):
    """Calls the script with a corpus of one clip and a folder of one reference."""
    save_corpus(Corpus.from_motions([named("stand")], contents=["stand"], splits=["test"]), tmp_path / "corpus.npz")
    (tmp_path / "videos" / "clip").mkdir(parents=True)
    save_robot(named("clip"), tmp_path / "videos" / "clip" / "reference.npz")
    # the command of this very environment
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "genmimic").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m genmimic "$@"\n')
    (tmp_path / "bin" / "genmimic").chmod(0o755)

    def call(*policies: str, sets: str) -> subprocess.CompletedProcess[str]:
        corpus = str(tmp_path / "corpus.npz")
        settings = {"GENMIMIC_CORPUS": corpus, "GENMIMIC_BENCH": corpus, "GENMIMIC_SETS": sets, "GENMIMIC_JOBS": "1"}
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        words = ["bash", str(TOOL), str(tmp_path / "out"), str(tmp_path / "videos"), *policies]
        return subprocess.run(words, env=os.environ | settings | {"PATH": path}, capture_output=True, text=True)

    return call


def test_each_set_has_its_conditions_and_what_fails_does_not_stop_the_rest(tmp_path, call):
    policy = write_policy(tmp_path / "policy.onnx")
    ended = call("gone=nowhere.onnx", f"dofs={policy}", sets="videos")
    assert ended.returncode == 1 and ended.stdout.count("failed") == 1 and "nowhere.onnx" in ended.stdout
    ledger = tmp_path / "out" / "videos" / "dofs" / "ledger.jsonl"
    before = ledger.read_text()
    # called again, what is there is not made again
    assert call(f"dofs={policy}", sets="videos held-out-noise").returncode == 0 and ledger.read_text() == before
    found = {p.parent.parent.name: json.loads(p.read_text()) for p in (tmp_path / "out").glob("*/dofs/results.json")}
    assert set(found) == {"videos", "held-out-noise"}
    assert found["held-out-noise"]["settings"]["video_severity"] == 1.0
    assert found["held-out-noise"]["set"]["name"].endswith(", at most 10 s")
    assert found["videos"]["settings"]["rollouts"] == 4 and found["videos"]["policies"][0]["name"] == "dofs"
