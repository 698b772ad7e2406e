"""The paper's comparisons, made with our results."""

from __future__ import annotations

import math

import pytest
from evaluation.test_tables import content

from genmimic.cli import main
from genmimic.errors import InputError
from genmimic.evaluation.marked_tables import fill
from genmimic.evaluation.paper_findings import COMPARISONS, difference, findings, verdict
from genmimic.evaluation.results import save_results


def tried(name: str, rates: list[float], error: float = 10.0, **settings) -> dict:
    made = content(name, **settings)
    figures = [{"success_paper": rate, "mpkpe_nt_cm": error, "lmpkpe_nt_cm": None} for rate in rates]
    made["policies"][0]["motions"] = [{"name": str(i), "tags": {}, "figures": f} for i, f in enumerate(figures)]
    return made


def row(results: list[dict], finding: str) -> list[str]:
    return next(row for row in findings(results) if row[0] == finding)


def test_the_papers_differences_are_those_of_its_tables():
    papers = {(c.first, c.second): (c.printed(False), c.printed(True)) for c in COMPARISONS}
    assert papers["3dp", "dofs"] == (pytest.approx(40.0 - 23.8), pytest.approx(50.0 - 45.8))
    assert papers["3dp-weights-symmetry", "3dp-weights"][0] == pytest.approx(86.8 - 77.4)
    # the one that it did not find
    assert papers["dofs-weights-symmetry", "dofs-weights"][0] == pytest.approx(-0.4)
    assert papers["3dp-weights-symmetry", "beyondmimic"] == (pytest.approx(86.77 - 23.81), None)


def test_differences_are_paired_by_motion():
    first, second = ([1.0, 1.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0])
    mean, error = difference(tried("a", first)["policies"][0], tried("b", second)["policies"][0], "success_paper")
    # differences of 1, 0, 1, 0: a deviation of 0.577 over four motions
    assert mean == pytest.approx(50.0) and error == pytest.approx(100 * math.sqrt(1 / 3) / 2)
    # two actions, each twice with one outcome, are two observations: differences of 1 and 0, and no more certain
    twice = [tried(name, rates)["policies"][0] for name, rates in (("a", [1.0] * 2 + [0.0] * 2), ("b", [0.0] * 4))]
    for i, motion in enumerate(twice[0]["motions"]):
        motion["tags"]["action"] = "wave" if i < 2 else "walk"
    assert difference(*twice, "success_paper") == (pytest.approx(50.0), pytest.approx(50.0))
    nothing = difference(tried("a", first)["policies"][0], tried("b", second)["policies"][0], "lmpkpe_nt_cm")
    assert all(math.isnan(value) for value in nothing)


def test_a_difference_counts_from_two_standard_errors_on():
    assert verdict(10.0, 4.0, papers=16.0) == "yes" and verdict(-10.0, 4.0, papers=16.0) == "no"
    assert verdict(10.0, 6.0, papers=16.0) == "open" and verdict(float("nan"), float("nan"), papers=1.0) == "open"


def test_only_what_was_tried_in_one_way_is_compared():
    good, bad = [1.0] * 9 + [0.0], [0.0] * 9 + [0.0]
    results = [tried("3dp", good, 9.0), tried("dofs", bad, 12.5), tried("3dp-weights", good, seeds=[5])]
    assert row(results, "3D points over DoFs") == [
        *["3D points over DoFs", "the benchmark, 3 x 8", "+16.2", "+90.0 ± 10.0", "-3.5 ± 0.0", "-", "yes"]
    ]
    assert row(results, "weights help 3D points")[1] == "not run"
    other = tried("dofs", bad)
    other["set"]["digest"] = "others"
    assert row([results[0], other], "3D points over DoFs")[1] == "not run"


def test_tables_go_between_the_marks_of_a_page(tmp_path, capsys):
    for name in ("3dp", "dofs"):
        save_results(tried(name, [1.0, 0.0]), tmp_path / name / "results.json")
    page = tmp_path / "page.md"
    page.write_text("Before.\n<!-- genmimic tables: findings -->\nold\n<!-- end of findings -->\nAfter.\n")
    for _ in range(2):
        assert main(["tables", str(tmp_path / "3dp"), str(tmp_path / "dofs"), "--into", str(page)]) == 0
        text = page.read_text()
        assert text.startswith("Before.\n<!--") and text.endswith("<!-- end of findings -->\nAfter.\n")
        assert text.count("| weights help DoFs |") == 1 and "old" not in text
    assert capsys.readouterr().out == ""
    assert main(["tables", "--into", str(page), "--out", str(page)]) == 2
    assert main(["tables", "--into", str(tmp_path / "none.md")]) == 2
    assert "none.md: cannot be read" in capsys.readouterr().err


def test_marks_that_mean_nothing_are_told():
    with pytest.raises(InputError, match="holds no marks"):
        fill("text", {"table 1": "x"}, "page.md")
    with pytest.raises(InputError, match="marks a place for 'table 9'; there is table 1"):
        fill("<!-- genmimic tables: table 9 -->\n<!-- end of table 9 -->", {"table 1": "x"}, "page.md")
