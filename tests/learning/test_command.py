"""`genmimic train`: bad input is one sentence and exit code 2, before anything is built or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from learning.motions import corpus

from genmimic.cli import BAD_INPUT, main
from genmimic.motion.corpus import save_corpus


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "clips.npz"
    save_corpus(corpus(), path)
    return path


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--minutes", "0"], "--minutes is 0"),
        (["--iterations", "-1"], "--iterations is -1"),
        (["--envs", "0"], "'envs' is 0, expected above 0"),
        (["--device", "cuda:99"], "cuda:99"),
        (["--device", "abacus"], "device 'abacus' is unknown"),
        (["--resume", "missing.pt"], "missing.pt: no such checkpoint"),
        (["--resume", "missing.pt", "--goal", "dofs"], "belong to new runs"),
        (["--config", "missing.json"], "missing.json: no such file of settings"),
    ],
)
def test_bad_options(clips: Path, tmp_path: Path, capsys, monkeypatch, options: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    device = [] if "--device" in options else ["--device", "cpu"]
    assert main(["train", "--corpus", str(clips), *device, *options]) == BAD_INPUT
    error = capsys.readouterr().err.strip()
    assert message in error
    assert len(error.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_missing_corpus(tmp_path: Path, capsys) -> None:
    assert main(["train", "--corpus", str(tmp_path / "none.npz"), "--device", "cpu"]) == BAD_INPUT
    assert "none.npz: no such file" in capsys.readouterr().err
