from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genmimic.dataset import content
from genmimic.dataset.annotate import annotate
from genmimic.dataset.catalogue import find_collection
from genmimic.dataset.held_out import LIST, held_out_names, read_held_out, trained_on, write_held_out
from genmimic.dataset.outcome import Outcome
from genmimic.dataset.sources import find_files, inspect, labels_of
from genmimic.dataset.splits import TEST_SHARE, split
from genmimic.dataset.tiers import PERMISSIVE, tier_of
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus, load_corpus

COMMITTED = Path(__file__).resolve().parents[2] / "corpora" / "permissive_v1.npz"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    if not COMMITTED.exists():
        pytest.skip(f"{COMMITTED} is not here")
    return load_corpus(COMMITTED)


def test_the_list_has_its_checksum(tmp_path):
    assert len(read_held_out()) > 30
    edited = tmp_path / "list.txt"
    edited.write_text(LIST.read_text().replace("cmu_walks/35_01\n", ""))
    with pytest.raises(InputError, match="checksum"):
        read_held_out(edited)


def test_the_committed_corpus_has_this_list(corpus, tmp_path):
    assert held_out_names(corpus) == read_held_out()
    assert not trained_on(corpus, read_held_out())
    write_held_out(corpus, tmp_path / "list.txt")
    assert (tmp_path / "list.txt").read_text() == LIST.read_text()


def test_a_corpus_that_is_built_again_has_this_list(shared_dir):
    """From the names in the files alone: the split needs no retargeting."""
    folder = shared_dir / "mocap"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    files, labels = find_files([folder]), content.read_labels(folder)
    clips = []
    for file, label in zip(files, labels_of(list(files)), strict=True):
        known, source = find_collection(label), inspect(file, label)
        if tier_of(source.licence or (known.licence if known else "")) != PERMISSIVE:
            continue
        for clip in source.clips:
            name = f"{label}/{clip}"
            if not content.needs_support(content.describe(name, labels) or content.words_of(name)):
                clips.append(annotate(Outcome(name, label, clip), labels, files[file]))
    sides = split([clip.group for clip in clips], [clip.content for clip in clips])
    assert sorted(c.name for c, side in zip(clips, sides, strict=True) if side == "test") == read_held_out()


def test_a_clip_on_the_wrong_side_is_told(corpus):
    index = corpus.names.index(next(n for n, s in zip(corpus.names, corpus.splits, strict=True) if s == "test"))
    splits = list(corpus.splits)
    splits[index] = "train"
    assert trained_on(replace(corpus, splits=tuple(splits)), read_held_out()) == [corpus.names[index]]


def test_the_committed_corpus_is_what_it_says(corpus):
    assert corpus.fps == 50.0
    assert set(corpus.tiers) == {PERMISSIVE}
    assert all(tier_of(licence) == PERMISSIVE for licence in set(corpus.licences))
    assert not any("bandai" in text.lower() for text in (*corpus.names, *corpus.sources, *corpus.licences))
    flat = corpus.lengths > 0
    assert corpus.kept[flat].mean() >= 0.8
    assert not corpus.kept[~flat].any()
    assert all(reason for reason, kept in zip(corpus.reasons, corpus.kept, strict=True) if not kept)
    tested = np.array([s == "test" for s in corpus.splits]) & corpus.kept
    assert 0.05 < corpus.seconds[tested].sum() / corpus.seconds[corpus.kept].sum() < 2 * TEST_SHARE
    for big in ("walk", "run", "turn", "dance", "jump", "martial", "gesture"):
        assert any(c == big and t for c, t in zip(corpus.contents, tested, strict=True)), big
    assert COMMITTED.stat().st_size < 40e6


def test_siblings_are_on_one_side(corpus):
    sides: dict[tuple[str, str, str], set[str]] = {}
    for i in np.flatnonzero((corpus.lengths > 0) & (np.array(corpus.sources) == "CMU")):
        sides.setdefault((corpus.sources[i], corpus.subjects[i], corpus.contents[i]), set()).add(corpus.splits[i])
    assert len(sides) > 20
    assert all(len(side) == 1 for side in sides.values())
