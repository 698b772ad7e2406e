import cv2
import numpy as np
import pytest
from retarget.people import raise_left_arm

from genmimic.dataset.showing import PICTURES, SIZE, find_clip, stills, write_stills
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus
from genmimic.retarget import retarget


@pytest.fixture(scope="module")
def human():
    return raise_left_arm(31)


@pytest.fixture(scope="module")
def motion(human):
    return retarget(human).motion


def test_a_strip_shows_the_robot_and_the_person(motion, human, tmp_path):
    alone, both = stills(motion), stills(motion, human)
    assert alone.shape == (SIZE[1], PICTURES * SIZE[0], 3)
    assert both.shape == (2 * SIZE[1], PICTURES * SIZE[0], 3)
    first, last = both[: SIZE[1], : SIZE[0]], both[: SIZE[1], -SIZE[0] :]
    assert np.abs(first.astype(int) - last).max() > 100  # an arm went up
    write_stills(motion, tmp_path / "strip.png")
    assert cv2.imread(str(tmp_path / "strip.png")).shape == alone.shape


def test_a_picture_of_unknown_format_is_refused(motion, tmp_path):
    with pytest.raises(InputError, match=r"strip\.xyz"):
        write_stills(motion, tmp_path / "strip.xyz")
    assert not list(tmp_path.iterdir())


def test_clips_are_found_by_part_of_their_names(motion):
    from dataclasses import replace

    corpus = Corpus.from_motions([replace(motion, name=name) for name in ("x/walk", "x/walk_fast", "y/run")])
    assert find_clip(corpus, "x/walk") == 0
    assert find_clip(corpus, "run") == 2
    with pytest.raises(InputError, match="2 clips"):
        find_clip(corpus, "walk")
    with pytest.raises(InputError, match="no clips"):
        find_clip(corpus, "swim")
