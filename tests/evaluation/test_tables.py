"""The paper's tables with ours, and the real trials of table 2."""

from __future__ import annotations

import json

import pytest

from genmimic.cli import main
from genmimic.errors import InputError
from genmimic.evaluation.columns import FIGURES
from genmimic.evaluation.paper import SUMS, TABLE_2, TABLES
from genmimic.evaluation.paper_tables import normal, table
from genmimic.evaluation.results import KIND, VERSION
from genmimic.evaluation.visual_trials import human_rates, read_trials, simulated_rates, table_2

RANGES = {
    "friction": [0.4, 1.25],
    "motor_strength": [0.5, 1.5],
    "delay_steps": [0, 3],
    "push_velocity": [0.0] * 6,
}


def content(name: str, kind: str = "benchmark", success: float = 0.9, **settings) -> dict:
    figures = {figure: {"mean": 8.0, "sd_motions": 1.5, "sd_seeds": None} for figure in FIGURES}
    figures["success_paper"] = {"mean": success, "sd_motions": 0.1, "sd_seeds": 0.01}
    motions = [
        {"name": f"{category} {i}", "tags": {"table 2": category}, "figures": {"visual_success": rate}}
        for category, i, rate in (("wave", 0, 1.0), ("wave", 1, 0.5), ("reach", 0, 0.0))
    ]
    return {
        "kind": KIND,
        "version": VERSION,
        "backend": "mujoco",
        "device": "2 cores",
        "date": "2026-11-24T01:00:00+00:00",
        "set": {"name": f"the {kind}", "kind": kind, "motions": 3, "digest": f"{kind} digest"},
        "settings": {"rollouts": 4, "seeds": [0, 1], "video_severity": 0.0, "randomization": RANGES} | settings,
        "policies": [{"name": name, "sha256": "0123456789abcdef", "all": figures, "motions": motions}],
    }


def test_the_papers_figures_are_as_printed():
    rows = {number: {row.label: row for row in rows} for number, rows in TABLES.items()}
    assert rows[1]["GenMimic (s)"].bench[0] == (86.77, None) and rows[1]["GMT"].bench[3] == (132.32, 24.12)
    assert rows[3]["3DP+Weights+Symmetry"].amass == ((99.3, None), (7.49, 0.36), (5.62, 0.09))
    assert rows[4]["DoFs+Weights"].bench[4] == (11.05, 2.71)
    for table_rows in TABLES.values():
        assert all(len(row.bench) == 5 and (row.amass is None or len(row.amass) == 3) for row in table_rows)
    # the sums of table 2 are those of their parts, but for the 0.41 of turns, which the paper prints for 0.47
    for whole, parts in SUMS.items():
        count = sum(TABLE_2[part][0] for part in parts)
        mean = sum(TABLE_2[part][0] * TABLE_2[part][1] for part in parts) / count
        assert count == TABLE_2[whole][0]
        assert whole == "turn+action" or mean == pytest.approx(TABLE_2[whole][1], abs=0.006)


def test_policies_find_their_rows_by_name():
    assert normal("3DP+Weights") == "3dp-weights" and normal("self_supervised") == "self-supervised"
    rows = table(1, [content("teacher"), content("mine", success=0.4, video_severity=1.0)])
    labels = [row[0] for row in rows]
    # SR with its standard error over three motions, errors with their spread
    ours = rows[labels.index("GenMimic (s)") + 1]
    assert ours[:5] == ["", "teacher", "the benchmark, 3 x 8", "90.0 ± 5.8", "8.00 ± 1.50"]
    assert rows[labels.index("GMT") + 1][:3] == ["", "ours", "not run"]
    assert ["mine", "the benchmark, 3 x 8, video noise 1"] in [row[1:3] for row in rows]
    # what has a row in tables 3 and 4 needs none here
    assert "dofs" not in [row[1] for row in table(1, [content("dofs")])]
    assert len({len(row) for row in rows}) == 1


def test_corpus_and_benchmark_fill_one_row_of_tables_3_and_4():
    name = "3dp+weights"
    found = [content(name), content(name, "corpus", 0.5), content(name, "motions"), content("teacher")]
    rows = table(3, [*found, content(name, "corpus", 0.2, video_severity=1.0)])
    at = [row[0] for row in rows].index("3DP+Weights")
    whole, videos, noisy = rows[at + 1 : at + 4]
    assert whole[1:3] == [name, "the corpus, 3 x 8; the benchmark, 3 x 8"]
    assert whole[3] == "50.0 ± 5.8" and whole[6] == "90.0 ± 5.8"
    assert videos[2:6] == ["the motions, 3 x 8", "-", "-", "-"] and videos[6] == "90.0 ± 5.8"
    assert noisy[2:4] == ["the corpus, 3 x 8, video noise 1", "20.0 ± 5.8"] and noisy[6:] == ["-"] * 5
    assert len({len(row) for row in rows}) == 1
    # a policy of another budget has no place among the ablations
    assert "teacher" not in [row[1] for row in rows]


def test_conditions_are_told():
    fixed = {"friction": [0.8, 0.8], "motor_strength": [1.0, 1.0], "delay_steps": [0, 0]}
    nominal = content("teacher", randomization=RANGES | fixed | {"observation_noise": 0.0})
    assert table(1, [nominal])[-1][2] == "the benchmark, 3 x 8, nominal robot"
    weak = content("teacher", randomization=RANGES | {"motor_strength": [0.7, 0.7]})
    assert table(1, [weak])[-1][2] == "the benchmark, 3 x 8, motor strength [0.7, 0.7]"


def test_trials_are_averaged_by_motion_then_category(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text(
        "motion,trial,category,success,note\n"
        "left hand,1,wave,1,\nleft hand,2,wave,0,hand too low\nboth,1,wave,yes,\n"
        "shelf,1,reach,1,\naround,1,180 turn,0,stumbles\n"
    )
    rates = human_rates(read_trials(path))
    assert rates["wave"] == (2, 0.75) and rates["reach"] == (1, 1.0)
    assert rates["in-place action"] == (3, pytest.approx(2.5 / 3)) and rates["turn+action"] == (1, 0.0)
    simulated = simulated_rates(content("teacher")["policies"][0])
    assert simulated["wave"] == (2, 0.75) and simulated["in-place action"] == (3, 0.5)
    rows = {row[0].strip(): row[1:] for row in table_2(rates, {"teacher": simulated})}
    assert rows["wave"] == ["6", "1.00", "2", "0.75", "2", "0.75"]
    assert rows["walk"] == ["2", "1.00", "-", "-", "-", "-"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("motion,success\na,1\n", r"the columns \['category'\]"),
        ("motion,category,success\n", "lacks trials"),
        ("motion,category,success\na,dance,1\n", "line 2: category 'dance' is none of"),
        ("motion,category,success\na,wave,1\nb,wave,maybe\n", "line 3: expected a motion and a success"),
    ],
)
def test_bad_trials_are_told(tmp_path, text, message):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_trials(tmp_path / "t.csv")


def test_the_command_prints_all_four_tables_and_that_the_motions_differ(tmp_path, capsys):
    (tmp_path / "results.json").write_text(json.dumps(content("teacher")))
    assert main(["tables", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert all(f"Table {number}." in printed for number in (1, 2, 3, 4)) and "The motions differ" in printed
    assert "86.77" in printed and "90.0 ± 5.8" in printed and "teacher, simulated" in printed
    assert main(["tables", "--markdown", "--out", str(tmp_path / "t.md")]) == 0
    assert (tmp_path / "t.md").read_text().startswith("### Table 1. Simulation results\n\n| policy |")
    (tmp_path / "other.json").write_text("{}")
    assert main(["tables", str(tmp_path / "other.json")]) == 2
    assert "is not a results.json" in capsys.readouterr().err
    assert main(["tables", str(tmp_path / "nowhere.json")]) == 2
