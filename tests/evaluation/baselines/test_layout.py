"""Layouts: what they add up to, and what they refuse."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

pytest.importorskip("onnx", reason="the small layouts stand beside networks built with onnx")

from evaluation.baselines.networks import narrow_layout, wide_layout

from genmimic.errors import InputError
from genmimic.evaluation.baselines.known import GMT, LAYOUTS, TWIST, TWIST2
from genmimic.evaluation.baselines.layout import Block, Term
from genmimic.evaluation.baselines.layout_file import read_layout, write_layout


def test_known_layouts_have_the_inputs_of_their_own_code():
    # TWIST2: 11 * 127 + 35; TWIST: 11 * (31 + 74); GMT: 20 * 30 + 21 * 74
    assert {name: layout.observation_size for name, layout in LAYOUTS.items()} == {
        "twist2": 1432,
        "twist-student": 1155,
        "gmt": 2154,
    }
    assert [layout.joints for layout in (TWIST2, TWIST, GMT)] == [29, 23, 23]
    assert not TWIST2.held_joint_names
    assert TWIST.held_joint_names == GMT.held_joint_names == tuple(n for n in TWIST2.joint_names if "wrist" in n)


@pytest.mark.parametrize("layout", [*LAYOUTS.values(), narrow_layout()], ids=lambda layout: layout.name)
def test_a_file_gives_back_the_layout(layout, tmp_path):
    write_layout(layout, tmp_path / "layout.json")
    assert read_layout(tmp_path / "layout.json") == layout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"robot": "unitree_h1"}, "'robot' is 'unitree_h1'"),
        ({"joint_names": ("left_knee_joint",) * 29}, "twice"),
        ({"joint_names": ("tail_joint", *wide_layout().joint_names[1:])}, "tail_joint"),
        ({"kp": (1.0, 2.0)}, "'kp' has 2 numbers for 29 joints"),
        ({"kd": (-1.0,) * 29}, "'kd' holds a value that is negative"),
        ({"control_hz": 100.0}, "'control_hz' is 100"),
        ({"physics_hz": 300.0}, "multiple of 200"),
        ({"action_clip": 0.0}, "action_clip"),
        ({"history_start": "ones"}, "history_start"),
        ({"blocks": ()}, "'blocks' is empty"),
        ({"blocks": (Block((Term("joint_torque"),)),)}, "block 0: unknown terms ['joint_torque']"),
        ({"blocks": (Block((Term("joint_vel", zeroed=("tail_joint",)),)),)}, "tail_joint"),
        ({"blocks": (Block((Term("joint_vel"),), ahead=(1, 5)),)}, "several frames ahead"),
        ({"blocks": (Block((Term("reference_joint_pos"),), ahead=(1, 2), past=3),)}, "several frames ahead"),
        ({"blocks": (Block(()),)}, "needs terms"),
    ],
)
def test_what_cannot_be_run_is_refused(changes, said):
    with pytest.raises(InputError, match=r"layout 'wide'") as refused:
        wide_layout(**changes)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda v: v.update(weight=3), "unknown fields ['weight']"),
        (lambda v: v.pop("kp"), "missing"),
        (lambda v: v.update(kp="many"), "'kp' is not a list"),
        (lambda v: v.update(kp=["a"] * 12), "'kp' does not hold"),
        (lambda v: v.update(action_clip=True), "'action_clip' does not hold float"),
        (lambda v: v["blocks"][0].update(past=1.5), "block 0: field 'past' does not hold int"),
        (lambda v: v["blocks"][0]["terms"].append(7), "expected a JSON object"),
        (lambda v: v.update(blocks=None), "'blocks' is not a list"),
    ],
)
def test_a_damaged_file_is_told_by_name_and_field(edit, said, tmp_path):
    path, values = tmp_path / "layout.json", json.loads(json.dumps(asdict(narrow_layout())))
    edit(values)
    path.write_text(json.dumps(values))
    with pytest.raises(InputError) as refused:
        read_layout(path)
    assert str(refused.value).startswith(str(path)) and said in str(refused.value)


def test_no_json_at_all(tmp_path):
    (tmp_path / "layout.json").write_text("robot: g1")
    with pytest.raises(InputError, match="cannot be read as a layout"):
        read_layout(tmp_path / "layout.json")
    with pytest.raises(InputError, match="cannot be read as a layout"):
        read_layout(tmp_path / "none.json")


def test_several_frames_of_the_reference_count_once_each():
    terms = (Term("reference_joint_pos"), Term("reference_root_height"))
    assert replace(wide_layout(), blocks=(Block(terms, ahead=(1, 5, 10)),)).observation_size == 3 * 30
