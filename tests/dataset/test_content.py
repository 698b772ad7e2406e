import pytest

from genmimic.dataset import content
from genmimic.errors import InputError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("walk", "walk"),
        ("slow walk/stride", "walk"),
        ("WalkStopTurn1", "turn"),
        ("JumpsFreeRoam1", "jump"),
        ("dance - small jetes, pirouette", "dance"),
        ("soccer - kick ball", "sport"),
        ("unscrew bottlecap, drink soda", "everyday"),
        ("Bassai", "martial"),
        ("video_single_foot_balance_level1", "balance"),
        ("dataset-2_raise-up-left-hand_active_001", "gesture"),
        ("dataset-2_walk-turn-left_active_001", "turn"),
        ("qwerty", "other"),
    ],
)
def test_content_of(text, wanted):
    assert content.content_of(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["playground - climb, hang, swing", "climb 3 steps", "sit on high stool, stand up", "walk on uneven terrain"],
)
def test_objects_and_terrain_are_recognised(text):
    assert content.needs_support(text)


@pytest.mark.parametrize("text", ["walk", "swordplay", "boxing", "side twists, squats", "stand up straight", "steps"])
def test_a_floor_is_enough_for_others(text):
    assert not content.needs_support(text)
    assert not content.acrobatics(text)


def test_acrobatics():
    assert content.acrobatics("dance - cartwheel-like start") == "cartwheel"


def test_labels_are_found_by_the_beginning_of_a_clips_name(tmp_path):
    (tmp_path / "cmu_labels.tsv").write_text("01_02\tclimb\n\n60_01\tsalsa\n")
    labels = content.read_labels(tmp_path)
    assert content.describe("cmu/01_02", labels) == "climb"
    assert content.describe("60_01_scaled_s0", labels) == "salsa"
    assert content.describe("01_03", labels) == ""


def test_a_broken_table_of_labels_is_refused(tmp_path):
    (tmp_path / "labels.tsv").write_text("01_02 climb\n")
    with pytest.raises(InputError, match=r"labels.tsv: line 1"):
        content.read_labels(tmp_path)
