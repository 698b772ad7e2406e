import dataclasses

import numpy as np
import pytest
from motion.importers.skeletons import Rig, write_bvh
from motion.importers.standing import YAW, assert_same_person, walker
from retarget.people import X, about

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers import import_motion
from genmimic.motion.importers.bvh import load_bvh
from genmimic.motion.importers.mocap_layout import read_mocap_clips
from genmimic.motion.skeleton import INDEX

Y = np.array([0.0, 1.0, 0.0])
RIGS = {
    "Mixamo": Rig("Mixamo", prefix="mixamorig:"),
    "LAFAN1": Rig("LAFAN1", order="ZYX", along_bones=True),
    "LAFAN1, metres, z up": Rig("LAFAN1", unit=1.0, up="z", along_bones=True),
    "CMU asf": Rig("CMU asf", unit=0.0254 / 0.45, order="ZYX"),
    "O3DE, z up, inches": Rig("O3DE", unit=0.0254, up="z"),
    "Bandai-like positions": Rig("O3DE", positions=True, order="YXZ"),
    "Neo, millimetres": Rig("Mixamo", prefix="Neo_", unit=0.001),
    "Xsens": Rig("Xsens", order="YXZ"),
    "SMPL": Rig("SMPL", unit=1.0, order="XYZ"),
}


def handy(frames: int = 40) -> HumanMotion:
    """The walker with bending elbows, twisted hands and a turned head."""
    human = walker(frames=frames)
    local = human.local_quat.copy()
    bend = np.linspace(0.3, 1.2, frames)
    local[:, INDEX["left_elbow"]], local[:, INDEX["right_elbow"]] = about(Y, -bend), about(Y, bend)
    local[:, INDEX["left_wrist"]], local[:, INDEX["right_wrist"]] = about(X, bend), about(X, 0.5 * bend)
    local[:, INDEX["head"]] = about(Y, bend - 0.8)
    return dataclasses.replace(human, local_quat=local)


@pytest.mark.parametrize("rig", RIGS.values(), ids=RIGS)
def test_each_rig_gives_the_person_back(tmp_path, rig):
    wanted = handy()
    found = load_bvh(write_bvh(tmp_path / "clip.bvh", wanted, rig))
    assert found.fps == wanted.fps and found.name == "clip" and rig.naming in found.source
    assert_positions(found, wanted)
    quat, expected = found.forward_kinematics()[1], wanted.forward_kinematics()[1]
    for joint in ("left_wrist", "right_wrist", "head"):
        angle = rotation.angle_between(quat[:, INDEX[joint]], expected[:, INDEX[joint]])
        assert np.degrees(angle).max() < 12.0, joint  # SMPL's rest arms and neck are not straight, ours are


def assert_positions(found: HumanMotion, wanted: HumanMotion) -> None:
    (pos, quat), (expected, _) = found.forward_kinematics(), wanted.forward_kinematics()
    # the bones of SMPL's trunk are carried over on average, and the shoulders are its ends
    np.testing.assert_allclose(
        pos[:, [0, 1, 2, 4, 5, 7, 8, 10, 11]], expected[:, [0, 1, 2, 4, 5, 7, 8, 10, 11]], atol=1e-3
    )
    np.testing.assert_allclose(pos, expected, atol=0.01)
    ahead = rotation.rotate(quat[:, 0], np.tile([0.0, 0.0, 1.0], (len(pos), 1)))
    np.testing.assert_allclose(ahead, np.tile([np.cos(YAW), np.sin(YAW), 0.0], (len(pos), 1)), atol=0.2)


def test_a_walker_stands_and_faces_as_he_did(tmp_path):
    wanted = walker()
    assert_same_person(load_bvh(write_bvh(tmp_path / "clip.bvh", wanted, RIGS["LAFAN1"])), wanted, tolerance=0.01)


def test_a_frame_of_rest_in_front_is_dropped(tmp_path):
    wanted = handy()
    found = load_bvh(write_bvh(tmp_path / "clip.bvh", wanted, RIGS["CMU asf"], rest_frame=True))
    assert len(found) == len(wanted)
    assert found.assumptions["rest_frame_dropped"] is True
    assert "rest_frame_dropped" not in load_bvh(write_bvh(tmp_path / "b.bvh", wanted, RIGS["CMU asf"])).assumptions


def test_the_frame_rate_can_be_overridden(tmp_path):
    path = write_bvh(tmp_path / "clip.bvh", walker(), RIGS["Mixamo"])
    assert import_motion(path)[0].fps == 25.0
    assert import_motion(path, fps=60.0)[0].fps == 60.0


@pytest.mark.parametrize(
    ("name", "file", "unit"),
    [
        ("03_01", "cmu_01_09", "CMU's unit"),
        ("dataset-1_bow_chimpira_001", "bandai1", "cm"),
        ("dataset-2_wave-right-hand_normal_001", "bandai2", "cm"),
    ],
)
def test_real_files_agree_with_the_same_clips_in_the_npz_layout(shared_dir, name, file, unit):
    """In the same place and heading: the two were read independently of one another."""
    bvh = shared_dir / "mocap" / "bvh" / f"{name}.bvh"
    if not bvh.exists():
        pytest.skip(f"{bvh} is not here")
    found = load_bvh(bvh)
    (clip,) = read_mocap_clips(shared_dir / "mocap" / f"{file}.npz", {name})
    assert found.assumptions["unit"] == unit and found.assumptions["up"] == "y"
    every = round(found.fps / clip.fps)
    ours, theirs = found.forward_kinematics(), clip.forward_kinematics()
    np.testing.assert_allclose(ours[0][::every], theirs[0], atol=0.002)
    turned = np.degrees(rotation.angle_between(ours[1][::every], theirs[1]))
    assert turned[:, [INDEX[joint] for joint in ("pelvis", "head", "left_wrist", "right_wrist")]].max() < 0.1
    assert turned.max() < 5.0  # hinges of straight limbs are carried over from frame to frame


def edit(path, old: str, new: str, count: int = 1):
    path.write_text(path.read_text().replace(old, new, count))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda p: p.write_text(p.read_text()[:900]), "has no MOTION section; the file is cut off"),
        (lambda p: p.write_text(p.read_text()[:-150]), r"frame 1\d has \d+ values instead of 69"),
        (lambda p: p.write_text("\n".join(p.read_text().splitlines()[:-3])), "holds 9 frames instead of 12"),
        (lambda p: edit(p, "}", ""), "hierarchy does not end"),
        (lambda p: edit(p, "}", "} } } } } } }"), "closes more than was opened"),
        (lambda p: edit(p, "Frame Time", "Time"), "lacks 'Frames:' and 'Frame Time:'"),
        (lambda p: edit(p, "Frame Time: 0.0400000", "Frame Time: 0"), "'Frame Time' is 0, expected seconds"),
        (lambda p: edit(p, "Zrotation", "Wrotation"), "CHANNELS of 'Hips' are"),
        (lambda p: edit(p, "OFFSET 0", "OFFSET zero"), "OFFSET of 'Hips' is 'zero"),
        (lambda p: edit(p, "JOINT LeftLeg", "JOINT LeftUpLeg"), r"\['LeftUpLeg'\] occur more than once"),
        (lambda p: edit(p, "JOINT LeftLeg", "JOINT Shin"), r"follow no known naming.*nearest is .*LeftLeg"),
        (lambda p: edit(p, "HIERARCHY", "HIERARCH"), "does not begin with HIERARCHY"),
        (lambda p: change_value(p, 4, "nan"), "'MOTION' is not finite in frame 4"),
        (lambda p: change_value(p, 5, "1.2.3"), "holds something else than numbers"),
        (lambda p: p.write_bytes(bytes(range(256)) * 40), "does not begin with HIERARCHY"),
    ],
)
def test_damaged_files_are_refused(tmp_path, spoil, expected):
    path = write_bvh(tmp_path / "clip.bvh", walker(), Rig("LAFAN1"))
    spoil(path)
    with pytest.raises(InputError, match=expected) as caught:
        load_bvh(path)
    assert str(path) in str(caught.value)


def change_value(path, frame: int, word: str) -> None:
    lines = path.read_text().splitlines()
    at = lines.index("MOTION") + 3 + frame
    lines[at] = " ".join([*lines[at].split()[:-1], word])
    path.write_text("\n".join(lines))


def test_a_single_frame_is_no_motion(tmp_path):
    path = write_bvh(tmp_path / "clip.bvh", walker(frames=1), Rig("LAFAN1"))
    with pytest.raises(InputError, match="has 1 frame"):
        load_bvh(path)


def test_a_giant_is_refused(tmp_path):
    path = write_bvh(tmp_path / "clip.bvh", walker(), Rig("LAFAN1", unit=0.1))
    with pytest.raises(InputError, match=r"the legs are 7\.\d+ long, which is no person's length"):
        load_bvh(path)
