from dataclasses import replace

import numpy as np
import pytest
from retarget.people import raise_left_arm, squat

from genmimic.dataset import overview
from genmimic.motion.corpus import Corpus
from genmimic.retarget import retarget


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    motions = [
        replace(retarget(human).motion, name=name, source=source, licence="CC0")
        for name, source, human in (("a", "X", squat(45)), ("b", "X", raise_left_arm(45)), ("c", "Y", squat(31)))
    ]
    reasons = ["", "the trunk tilts by 1.62 rad (limit 1.40 rad); links overlap by 0.1 m: x and y (limit 0.0 m)", ""]
    return Corpus.from_motions(
        motions, contents=["crouch", "gesture", "crouch"], splits=["train", "train", "test"], reasons=reasons
    )


def test_summary_counts_what_is_kept(corpus):
    facts = overview.summary(corpus)
    assert (facts["clips"], facts["kept"], facts["kept % of those on flat ground"]) == (3, 2, 66.7)
    assert facts["minutes kept, test"] == pytest.approx(corpus.seconds[2] / 60.0, abs=0.006)
    assert facts["licences"] == "CC0"


def test_rows_by_field(corpus):
    rows = {row[0]: row[1:] for row in overview.by(corpus, "contents")}
    clips, _, kept, _, train, test, dropped = rows["crouch"]
    assert (clips, kept, train, test, dropped) == (2, 2, 1, 1, 0)
    assert rows["gesture"][-1] == 1
    assert {row[:2] for row in overview.by(corpus, "tiers", "sources")} == {("permissive", "X"), ("permissive", "Y")}


def test_reasons_are_counted_by_kind(corpus):
    assert {row[0]: row[1] for row in overview.reasons(corpus)} == {"the trunk tilts": 1, "links overlap": 1}
    assert {row[:2] for row in overview.reasons(corpus, "sources")} == {
        ("X", "the trunk tilts"),
        ("X", "links overlap"),
    }


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("too short: 0.10 s, at least 0.5 needed", "too short"),
        ("needs objects or terrain ('climb' in 'climb ladder')", "needs objects or terrain"),
        ("left_hip_yaw_joint or another joint is at its limit in 40% of them (limit 25%)", "a joint is at its limit"),
        ("a foot sinks 0.030 m into the floor (limit 0.020 m)", "a foot sinks into the floor"),
        ("failed: m/x: field 'root_pos' is not finite in frame 3", "failed to be read or retargeted"),
        ("no foot touches the floor for 0.80 s (limit 0.60 s)", "no foot touches the floor for"),
    ],
)
def test_kinds_of_reasons(reason, kind):
    assert overview.kind_of(reason) == kind


def test_differences_are_found(corpus):
    assert not any(overview.differences(corpus, corpus).values())
    joint_pos = corpus.joint_pos.copy()
    joint_pos[0, 3] += 0.2
    other = replace(
        corpus,
        names=("a", "b", "d"),
        contents=("squat", "gesture", "crouch"),
        kept=np.array([True, True, True]),
        joint_pos=joint_pos,
    )
    found = overview.differences(corpus, other)
    assert found["only in the first"] == ["c"]
    assert found["only in the second"] == ["d"]
    assert found["content"] == ["a: crouch -> squat"]
    assert len(found["kept"]) == 1
    assert "b: dropped" in found["kept"][0]
    assert found["motion"] == ["a: pelvis by up to 0.000 m, joints by up to 0.200 rad"]


def test_tables_are_aligned():
    text = overview.table(("what", "n"), [("walk", 3), ("a long one", 12)])
    assert text.splitlines() == ["what         n", "walk         3", "a long one  12"]
