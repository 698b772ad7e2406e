import numpy as np

from genmimic.dataset.splits import TEST_SHARE, fraction, split


def test_about_a_tenth_of_many_groups_is_tested():
    groups = [f"somebody|{i}|walk" for i in range(4000)]
    share = np.mean([side == "test" for side in split(groups, ["walk"] * len(groups))])
    assert abs(share - TEST_SHARE) < 0.02


def test_a_group_is_never_divided():
    groups = [f"a|{i % 40}|walk" for i in range(400)]
    sides = split(groups, ["walk"] * 400)
    assert all(len({s for g, s in zip(groups, sides, strict=True) if g == group}) == 1 for group in groups)


def test_new_clips_move_no_others():
    groups = [f"a|{i}|walk" for i in range(60)]
    before = split(groups, ["walk"] * 60)
    after = split([*groups, *(f"b|{i}|run" for i in range(30))], ["walk"] * 60 + ["run"] * 30)
    assert after[:60] == before


def test_every_content_of_some_size_has_a_test_clip():
    untested = [g for g in (f"x|{i}|hop" for i in range(100)) if fraction(g) >= TEST_SHARE][:5]
    sides = split(untested, ["hop"] * 5)
    assert sides.count("test") == 1
    assert sides.index("test") == min(range(5), key=lambda i: fraction(untested[i]))
    assert "test" not in split(untested[:2], ["hop"] * 2)


def test_the_split_is_the_one_it_always_was():
    """Released policies were trained on one side of it: this may not change."""
    assert round(fraction("CMU|35|walk"), 6) == 0.02766
