import pytest

from genmimic.dataset.annotate import annotate
from genmimic.dataset.catalogue import origin_of
from genmimic.dataset.outcome import Outcome
from genmimic.dataset.tiers import tier_of


@pytest.mark.parametrize(
    ("label", "clip", "wanted"),
    [
        ("cmu_walks", "35_01", ("CMU", "35")),
        ("cmu_60_61_salsa", "60_01_scaled_s0", ("CMU", "60")),
        ("bandai1", "dataset-1_bow_not-confident_001", ("Bandai Namco 1", "not-confident")),
        ("robot_g1moves_29dof", "B_Fence2", ("G1-Moves", "B")),
        ("robot_g1moves_29dof", "J_Dance21_Blunt", ("G1-Moves", "J")),
    ],
)
def test_collection_and_subject(label, clip, wanted):
    origin = origin_of(label, clip)
    assert (origin.collection, origin.subject) == wanted


@pytest.mark.parametrize(
    ("label", "a", "b"),
    [
        ("robot_g1moves_29dof", "B_Fence1", "B_Fence2"),
        ("o3de_locomotion", "Walk1", "Walk2"),
        ("bandai2", "dataset-2_walk_old_001", "dataset-2_walk_old_031"),
        ("robot_asap_pairs", "video_kick_level1_filter_amass", "video_kick_level3_filter_amass"),
        (
            "robot_asap_pairs",
            "video_CR7_level1_filter_amass",
            "0-TairanTestbed_TairanTestbed_CR7_video_CR7_level1_filter_amass",
        ),
    ],
)
def test_takes_of_one_thing_are_one_group(label, a, b):
    assert origin_of(label, a).group == origin_of(label, b).group


def test_unknown_files_are_told_by_their_folders():
    amass = ("AMASS", "ACCAD", "Female1")
    walk, again = (origin_of(f"Walk {i}_poses", "", folders=amass) for i in "12")
    assert (walk.collection, walk.subject, walk.motif) == ("ACCAD", "Female1", "walk")
    assert walk.group == again.group
    assert origin_of("run1", "", folders=("mine",)).group == "mine||run"
    assert origin_of("run1", "").collection == "run1"


@pytest.mark.parametrize(
    ("label", "a", "b"),
    [
        ("robot_g1moves_29dof", "J_Dance21_Blunt", "J_Dance1_Modern"),
        ("robot_g1moves_29dof", "M_Move1", "M_Move10"),
        ("bandai2", "dataset-2_walk_old_001", "dataset-2_walk_young_001"),
        ("robot_asap_pairs", "video_kick_level1_filter_amass", "video_squat_level1_filter_amass"),
    ],
)
def test_different_things_are_different_groups(label, a, b):
    assert origin_of(label, a).group != origin_of(label, b).group


def test_labels_decide_content_and_keep_siblings_together():
    labels = {"08_01": "walk", "08_04": "slow walk", "05_06": "dance - cartwheel-like start"}
    walk, slow, dance = (annotate(Outcome(f"cmu_01_09/{c}", "cmu_01_09", c), labels) for c in labels)
    assert (walk.content, walk.reason) == ("walk", "")
    assert walk.group == slow.group
    assert dance.content == "dance"
    assert "cartwheel" in dance.reason


def test_a_file_name_tells_the_content_where_nothing_else_does():
    assert annotate(Outcome("cmu_91_jumpturn/91_54", "cmu_91_jumpturn", "91_54"), {"91_54": "180"}).content == "jump"


@pytest.mark.parametrize(
    ("licence", "tier"),
    [
        ("CC BY-NC 4.0, Bandai Namco Research Inc.", "test-ood"),
        ("CC BY 4.0, experientialtech g1-moves", "permissive"),
        ("Apache-2.0 OR MIT", "permissive"),
        ("CMU: free to use, copy, modify and redistribute, not to be resold as data", "permissive"),
        ("AMASS licence", "own"),
        ("for non-commercial research purposes only, MIT", "test-ood"),
        ("", "own"),
    ],
)
def test_tiers_follow_licences(licence, tier):
    assert tier_of(licence) == tier
