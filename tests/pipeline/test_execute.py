"""Reuse, staleness and all-or-nothing output of the stage runner, on stages made for the purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from genmimic.errors import InputError
from genmimic.pipeline.execute import Job, Stage, execute
from genmimic.pipeline.progress import Silent
from genmimic.pipeline.settings import Settings


class Chain:
    """Two stages, source -> a.txt -> b.txt, that count how often they ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "deep" / "out"
        self.source = folder / "source.txt"
        self.source.write_text("one")
        self.runs: list[str] = []
        self.fail = False
        self.stages = (
            Stage("first", ("video",), ("a.txt",), ("person",), ("pipeline",), self._first),
            Stage(
                "second", ("a.txt",), ("b.txt", "c.txt"), (), ("pipeline",), self._second, reads_summaries=("first",)
            ),
        )

    def _first(self, job: Job) -> dict[str, object]:
        self.runs.append("first")
        job.outputs["a.txt"].write_text(f"{job.inputs['video'].read_text()} {job.settings.person}")
        job.progress(1, 1)
        return {"length": 3}

    def _second(self, job: Job) -> dict[str, object]:
        self.runs.append("second")
        job.outputs["b.txt"].write_text(job.inputs["a.txt"].read_text() + f" {job.summaries['first']['length']}")
        if self.fail:
            raise InputError(f"{job.outputs['c.txt']}: cannot be written.")
        job.outputs["c.txt"].write_text("c")
        return {}

    def run(self, *, force: bool = False, **settings: object) -> tuple[str, ...]:
        """Run the chain; return the names of the reused stages."""
        self.runs.clear()
        _, reused = execute(
            self.stages,
            name="clip",
            folder=self.folder,
            sources={"video": self.source},
            settings=Settings(**settings),  # type: ignore[arg-type]
            reporter=Silent(),
            force=force,
            pipeline=self.stages,
        )
        return reused

    def files(self) -> set[str]:
        """Names of the files in the output folder."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(tmp_path)


def test_first_run_writes_everything_and_second_reuses_it(chain: Chain) -> None:
    assert chain.run() == ()
    assert chain.files() == {"a.txt", "b.txt", "c.txt", "stages.json"}
    assert (chain.folder / "b.txt").read_text() == "one None 3"
    assert chain.run() == ("first", "second")
    assert chain.runs == []


def test_touching_and_moving_the_source_changes_nothing(chain: Chain) -> None:
    chain.run()
    moved = chain.source.with_name("renamed.txt")
    chain.source.rename(moved)
    chain.source = moved
    assert chain.run() == ("first", "second")


def test_new_content_runs_again(chain: Chain) -> None:
    chain.run()
    chain.source.write_text("two")
    assert chain.run() == ()
    assert (chain.folder / "b.txt").read_text() == "two None 3"


def test_new_settings_run_only_what_reads_them(chain: Chain) -> None:
    chain.run()
    assert chain.run(start=1.0) == ("first", "second")
    assert chain.run(person=1) == ()


def test_a_spoilt_output_is_made_again_and_the_later_stages_stay(chain: Chain) -> None:
    chain.run()
    (chain.folder / "a.txt").write_text("spoilt by hand")
    assert chain.run() == ("second",)
    assert (chain.folder / "a.txt").read_text() == "one None"


def test_missing_output_runs_its_stage_again(chain: Chain) -> None:
    chain.run()
    (chain.folder / "c.txt").unlink()
    assert chain.run() == ("first",)
    assert "c.txt" in chain.files()


def test_force_runs_everything(chain: Chain) -> None:
    chain.run()
    assert chain.run(force=True) == ()


def test_damaged_ledger_runs_everything(chain: Chain) -> None:
    chain.run()
    (chain.folder / "stages.json").write_text('{"first": {"nonsense": 1}}')
    assert chain.run() == ()


def test_failure_leaves_no_half_written_files_and_no_stale_ones(chain: Chain) -> None:
    chain.run()
    chain.source.write_text("two")
    chain.fail = True
    with pytest.raises(InputError, match="cannot be written") as caught:
        chain.run()
    assert str(chain.folder / "c.txt") in str(caught.value), "the message names the final path, not the hidden one"
    assert chain.files() == {"a.txt", "stages.json"}
    chain.fail = False
    assert chain.run() == ("first",)


def test_failure_of_the_first_stage_leaves_no_folder(chain: Chain) -> None:
    chain.source.unlink()
    chain.source.mkdir()
    with pytest.raises(InputError, match="no such file"):
        chain.run()
    assert not chain.folder.parent.exists()


def test_interrupt_leaves_no_folder(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(job: Job) -> dict[str, object]:
        job.outputs["a.txt"].write_text("half")
        raise KeyboardInterrupt

    chain.stages = (Stage("first", ("video",), ("a.txt",), (), ("pipeline",), interrupted),)
    with pytest.raises(KeyboardInterrupt):
        chain.run()
    assert not chain.folder.parent.exists()


def test_an_optional_output_comes_and_goes_with_all_that_was_made_from_it(tmp_path: Path) -> None:
    def maybe(job: Job) -> dict[str, object]:
        job.outputs["always.txt"].write_text("a")
        if job.settings.person is not None:
            job.outputs["sometimes.txt"].write_text(f"{job.settings.person}")
        return {}

    def after(job: Job) -> dict[str, object]:
        job.outputs["end.txt"].write_text(" ".join(sorted(job.inputs)))
        return {}

    optional = ("sometimes.txt",)
    stages = (
        Stage("maybe", (), ("always.txt",), ("person",), ("pipeline",), maybe, optional_outputs=optional),
        Stage("after", ("always.txt",), ("end.txt",), (), ("pipeline",), after, optional_inputs=optional),
    )
    folder = tmp_path / "out"

    def run(person: int | None) -> tuple[str, ...]:
        options = {"settings": Settings(person=person), "reporter": Silent(), "pipeline": stages}
        return execute(stages, name="clip", folder=folder, sources={}, **options)[1]  # type: ignore[arg-type]

    for person, seen in ((1, "always.txt sometimes.txt"), (None, "always.txt"), (2, "always.txt sometimes.txt")):
        assert run(person) == ()
        assert (folder / "sometimes.txt").is_file() == (person is not None)
        assert (folder / "end.txt").read_text() == seen
        assert run(person) == ("maybe", "after")
    (folder / "sometimes.txt").unlink()
    assert run(2) == ("after",), "it comes back, and what was made from it still is true"
