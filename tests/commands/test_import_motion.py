import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from motion.importers import reconstructions
from motion.importers.skeletons import Rig, write_bvh
from motion.importers.standing import walker
from motion.importers.test_mocap_layout import write_layout
from retarget.people import stand

from genmimic.cli import BAD_INPUT, main
from genmimic.motion.amass import save_amass
from genmimic.motion.files import load_human, load_robot, save_human

DATA = Path(reconstructions.__file__).parent / "data"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_an_imported_person_can_be_retargeted(tmp_path):
    bvh = write_bvh(tmp_path / "standing.bvh", stand(40), Rig("Mixamo", prefix="mixamorig:"))
    assert main(["import", str(bvh), "--out", str(tmp_path / "out")]) == 0
    assert main(["retarget", str(tmp_path / "out" / "standing"), "--quiet"]) == 0
    motion = load_robot(tmp_path / "out" / "standing" / "reference.npz")
    assert motion.source == "BVH, Mixamo skeleton"
    assert motion.foot_contact.all()
    assert abs(motion.root_pos_w[:, 2].mean() - 0.76) < 0.04
    assert np.abs(motion.root_quat_w[:, 1:3]).max() < 0.05


def test_one_folder_for_each_person_and_clip(tmp_path, capsys):
    layout = write_layout(tmp_path / "clips.npz", walker(), walker())
    sources = [str(layout), str(DATA / "prompthmr.pkl"), str(DATA / "tram")]
    assert main(["import", *sources, "--fps", "25", "--out", str(tmp_path / "out"), "--json"]) == 0
    folders = ("clips/clip0", "clips/clip1", "prompthmr_person1", "prompthmr_person2", "tram")
    assert files(tmp_path / "out") == [f"{folder}/human.npz" for folder in folders]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in lines if not line["event"].startswith("stage_")]
    assert [line["event"] for line in told] == ["imported"] * 5
    assert told[3] == {
        "event": "imported",
        "name": "prompthmr_person2",
        "file": str(tmp_path / "out" / "prompthmr_person2" / "human.npz"),
        "frames": 7,
        "fps": 25.0,
        "source": "PromptHMR",
        "licence": "",
    }


def test_one_person_of_several(tmp_path):
    out = ["--fps", "25", "--out", str(tmp_path / "out")]
    assert main(["import", str(DATA / "prompthmr.pkl"), "--person", "2", *out]) == 0
    assert files(tmp_path / "out") == ["prompthmr_person2/human.npz"]
    assert main(["import", str(DATA / "wham.pkl"), "--person", "2", *out]) == BAD_INPUT


def test_our_own_files_come_back_as_they_were(tmp_path):
    motion = dataclasses.replace(walker(), root_pos_w=walker().root_pos_w + 0.3, confidence=np.full((12, 22), 0.4))
    save_amass(motion, tmp_path / "amass.npz")
    save_human(motion, tmp_path / "human.npz")
    assert main(["import", str(tmp_path / "amass.npz"), str(tmp_path / "human.npz"), "--out", str(tmp_path)]) == 0
    for name in ("amass", "walker"):
        found = load_human(tmp_path / name / "human.npz")
        np.testing.assert_allclose(found.root_pos_w, motion.root_pos_w, atol=1e-9)
        np.testing.assert_allclose(found.confidence, motion.confidence)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wham.pkl"], "give that of the video with --fps"),
        (["wham.pkl", "--fps", "-3"], "'fps' is -3.0"),
        (["wham.pkl", "--fps", "25", "--person", "0"], "no --person 0"),
        (["wham.pkl", "tram/camera.npy", "--fps", "25"], "is of no known format"),
        (["wham.pkl", "wham.pkl", "--fps", "25"], "a second motion would go to"),
        ([], "No file was given"),
    ],
)
def test_refusals_write_nothing(tmp_path, capsys, arguments, words):
    given = [str(DATA / word) if word.endswith((".pkl", ".npy")) else word for word in arguments]
    assert main(["import", *given, "--out", str(tmp_path / "out")]) == BAD_INPUT
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("genmimic: ")]
    assert len(said) == 1 and words in said[0]
    assert not (tmp_path / "out").exists()


def test_names_within_files_lead_nowhere_else(tmp_path):
    layout = write_layout(tmp_path / "clips.npz", walker(), clip_names=["../../evil"])
    assert main(["import", str(layout), "--out", str(tmp_path / "deep" / "out")]) == 0
    assert files(tmp_path) == ["clips.npz", "deep/out/clips/_/_/evil/human.npz"]
