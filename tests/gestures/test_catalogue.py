from __future__ import annotations

from genmimic.gestures.catalogue import CATALOGUE, CATEGORIES, SHARES, Action, Entry


def with_actions(category: str, *actions: str) -> list[Entry]:
    return [e for e in CATALOGUE if e.category == category and tuple(a.gesture for a in e.actions) == actions]


def test_names_are_unique_and_shares_add_up() -> None:
    assert len({e.name for e in CATALOGUE}) == len(CATALOGUE)
    assert {e.category for e in CATALOGUE} == set(CATEGORIES) == set(SHARES)
    assert abs(sum(SHARES.values()) - 1.0) < 1e-12


def test_the_papers_taxonomy_is_there() -> None:
    """Appendix C.2.1, word by word."""
    for simple in (("touch_head",), ("thumbs_up",), ("wave",)):
        assert with_actions("simple", *simple)
        assert any("walk" in e.locomotions for e in with_actions("simple_locomotion", *simple))
    assert any("walk" in e.locomotions for e in with_actions("simple_locomotion"))
    for composite in (
        ("touch_head", "thumbs_up", "wave"),
        ("touch_head", "fold_arms"),
        ("raise_arm", "point_forward", "fold_arms"),
        ("cross_arms", "uncross_arms", "wave"),
    ):
        assert with_actions("composite", *composite)
        assert any("walk" in e.locomotions for e in with_actions("composite_locomotion", *composite))
    (waving,) = with_actions("composite", "touch_head", "thumbs_up", "wave")
    assert waving.actions[2] == Action("wave", "both")
    (pointing,) = with_actions("composite", "raise_arm", "point_forward", "fold_arms")
    assert {a.side for a in pointing.actions[:2]} == {"right"}
    (uncrossing,) = with_actions("composite", "cross_arms", "uncross_arms", "wave")
    assert uncrossing.actions[2] == Action("wave", "right")


def test_locomotion_is_in_the_categories_that_bear_its_name() -> None:
    for entry in CATALOGUE:
        moves = any(kind not in ("stand", "shift_weight") for kind in entry.locomotions)
        if entry.category != "in_the_wild":
            assert moves == entry.category.endswith("_locomotion")
        assert ("composite" in entry.category) <= (len(entry.actions) >= 2)
