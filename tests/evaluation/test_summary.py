"""Tables of trials, and the command that makes them."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np
import pytest

pytest.importorskip("onnx", reason="policies are built with onnx, which comes with the extra 'dev'")

from sim.motions import standing
from sim.tiny_policy import write_policy

from genmimic.cli import main
from genmimic.commands.evaluate import collect
from genmimic.errors import InputError
from genmimic.evaluation.metrics import Metrics
from genmimic.evaluation.summary import ALL, MACRO, as_text, summarize
from genmimic.evaluation.trials import Trial
from genmimic.motion.corpus import Corpus, save_corpus
from genmimic.motion.files import save_robot


def _trial(motion: str, rollout: int, success: bool, error: float) -> Trial:
    values = {field.name: 0.0 for field in fields(Metrics)}
    return Trial(motion, rollout, Metrics(**values | {"success_paper": success, "success": success, "mpkpe_cm": error}))


def test_groups_and_motions_count_alike():
    trials = [_trial("bow", 0, True, 4.0), _trial("bow", 1, False, 8.0)]
    trials += [_trial("walk 1", i, True, 10.0) for i in range(6)] + [_trial("walk 2", 0, False, 20.0)]
    rows = summarize(trials, {"bow": "a/bow", "walk 1": "a/walk", "walk 2": "a/walk"})
    assert [row["group"] for row in rows] == ["a/bow", "a/walk", MACRO, ALL]
    assert [row["SR"] for row in rows] == pytest.approx([50.0, 50.0, 50.0, 100.0 * 7 / 9])
    assert [row["MPKPE"] for row in rows] == pytest.approx([6.0, 15.0, 10.5, np.mean([4, 8, *[10] * 6, 20])])
    assert [row["rollouts"] for row in rows] == [2, 7, 9, 9]
    lines = as_text(rows).splitlines()
    assert len(lines) == 5 and len({len(line) for line in lines}) == 1


def _corpus(path):
    motions = [standing(0.3)]
    corpus = Corpus.from_motions(motions, contents="stand", splits="test")
    save_corpus(corpus, path)
    return path


def test_motions_come_from_corpora_files_and_folders(tmp_path):
    (tmp_path / "run").mkdir()
    save_robot(standing(2.0), tmp_path / "run" / "reference.npz")
    motions, groups = collect((tmp_path / "run",), "test", 1.0)
    assert [m.name for m in motions] == ["standing"] and groups == {"standing": "standing"}
    assert motions[0].duration == pytest.approx(1.0)
    corpus = _corpus(tmp_path / "c.npz")
    assert collect((corpus,), "test", 0.0)[1] == {"standing": "/stand"}
    with pytest.raises(InputError, match="no motion of split 'train'"):
        collect((corpus,), "train", 0.0)
    with pytest.raises(InputError, match="'standing' came before"):
        collect((corpus, tmp_path / "run"), "test", 0.0)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no reference\.npz"):
        collect((tmp_path / "empty",), "test", 0.0)


def test_the_command_prints_a_table_and_writes_every_rollout(tmp_path, capsys):
    policy = write_policy(tmp_path / "policy.onnx")
    corpus, out = _corpus(tmp_path / "c.npz"), tmp_path / "results.json"
    arguments = ["evaluate", str(policy), str(corpus), "--rollouts", "2", "--quiet", "--out", str(out)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "MPKPE" in printed and "/stand" in printed and MACRO in printed
    results = json.loads(out.read_text())
    assert [r["rollout"] for r in results["rollouts"]] == [0, 1]
    assert results["settings"]["rollouts"] == 2 and results["groups"][0]["group"] == "/stand"
    assert main(["evaluate", str(policy), str(corpus), "--rollouts", "0"]) == 2
    assert "--rollouts is 0" in capsys.readouterr().err
