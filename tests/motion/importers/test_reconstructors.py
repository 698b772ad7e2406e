import pickle
from pathlib import Path

import numpy as np
import pytest
from motion.importers import reconstructions
from motion.importers.standing import FPS, FRAMES, SPEED, assert_same_person, walker

from genmimic.errors import InputError
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.importers import import_motion
from genmimic.motion.skeleton import INDEX

DATA = Path(__file__).parent / "data"
WITH_BETAS = ("hmr4d_results.pt", "prompthmr.pkl")
ALL = (*WITH_BETAS, "wham.pkl", "phalp.pkl", "tram", "tram/hps/hps_track_0.npy")


def first(name: str) -> HumanMotion:
    return import_motion(DATA / name, fps=FPS)[0]


def store(path: Path, value: object) -> Path:
    path.write_bytes(pickle.dumps(value))
    return path


@pytest.mark.parametrize("name", ALL)
def test_people_stand_walk_and_face_as_they_did(name):
    human = first(name)
    assert_same_person(human, walker(reconstructions.BETAS if name in WITH_BETAS else None))
    assert human.fps == FPS and len(human) == FRAMES
    assert (human.confidence == 1.0).all()
    step = np.linalg.norm(np.diff(human.root_pos_w, axis=0), axis=-1) * FPS
    np.testing.assert_allclose(step, SPEED, rtol=1e-3)


@pytest.mark.parametrize("name", ALL)
def test_the_frame_rate_must_be_given(name):
    with pytest.raises(InputError, match="does not say its frame rate; give that of the video with --fps"):
        import_motion(DATA / name)


@pytest.mark.parametrize("name", WITH_BETAS)
def test_contacts_come_from_what_the_network_thought(name):
    contact = first(name).foot_contact
    assert (contact[:, 0] > 0.99).all() and (contact[:, 1] < 0.01).all()


def test_all_files_of_one_name_are_called_by_their_folder():
    assert first("hmr4d_results.pt").name == "data"


def test_several_people_are_several_motions_the_longest_first():
    people = import_motion(DATA / "prompthmr.pkl", fps=FPS)
    assert [(p.name, len(p)) for p in people] == [("prompthmr_person1", 12), ("prompthmr_person2", 7)]
    filled = people[1].confidence[:, 0] == 0.0
    assert filled.tolist() == [False, False, False, True, True, False, False]
    np.testing.assert_allclose(np.diff(people[1].root_pos_w[:, 0]), np.diff(people[0].root_pos_w[:7, 0]), atol=1e-5)
    assert (people[1].foot_contact[filled] == 0.5).all()


def test_who_is_away_for_long_begins_a_new_motion(tmp_path):
    stored = reconstructions.wham()
    stored[0]["frame_ids"] = np.append(np.arange(8), 40 + np.arange(4))
    parts = import_motion(store(tmp_path / "clip.pkl", stored), fps=FPS)
    assert [(p.name, len(p)) for p in parts] == [("clip_person1", 8), ("clip_person2", 4)]
    assert parts[1].assumptions["first_frame"] == 40


def test_people_who_were_only_guessed_at_are_left_out():
    assert len(import_motion(DATA / "phalp.pkl", fps=FPS)) == 1


def test_sam_3d_body_people_are_told_apart_by_place(tmp_path):
    path = store(tmp_path / "clip.pkl", reconstructions.sam3d_body())
    near, far = import_motion(path, fps=FPS)
    gap = far.root_pos_w - near.root_pos_w
    np.testing.assert_allclose(np.abs(gap[:, 1]), 1.5, atol=1e-4)
    assert np.ptp(gap[:, 1]) < 1e-4
    # a trunk interpolated between hips and neck, toes' bases at a share of the foot
    assert_same_person(near if gap[0, 1] > 0 else far, walker(), tolerance=0.012)
    palms = near.forward_kinematics()[1][:, INDEX["left_wrist"]]
    assert np.isfinite(palms).all()


def test_one_person_a_frame_will_do_for_sam_3d_body(tmp_path):
    frames = [people[t % 2] for t, people in enumerate(reconstructions.sam3d_body())]
    assert len(import_motion(store(tmp_path / "clip.pkl", frames), fps=FPS)) == 1


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda s: s["smpl_params_global"].pop("transl"), "'smpl_params_global' lacks the field 'transl'"),
        (
            lambda s: s["smpl_params_global"].update(body_pose=np.zeros((FRAMES, 60))),
            r"'body_pose' has shape \(12, 60\)",
        ),
        (lambda s: s["smpl_params_global"]["transl"].__setitem__((3, 0), np.nan), "not finite in frame 3"),
        (lambda s: s["smpl_params_global"].update(betas="x"), "'betas' is not an array of numbers"),
        (lambda s: s["net_outputs"].update(static_conf_logits=np.zeros((5, 6))), "'static_conf_logits' has shape"),
    ],
)
def test_damaged_content_is_refused(tmp_path, spoil, expected):
    stored = reconstructions.gvhmr()
    spoil(stored)
    with pytest.raises(InputError, match=expected) as caught:
        import_motion(store(tmp_path / "clip.pt", stored), fps=FPS)
    assert str(tmp_path / "clip.pt") in str(caught.value)


def test_damaged_content_of_the_others_is_refused(tmp_path):
    wham = reconstructions.wham()
    del wham[0]["frame_ids"]
    with pytest.raises(InputError, match="person 0 lacks the field 'frame_ids'"):
        import_motion(store(tmp_path / "a.pkl", wham), fps=FPS)
    people = reconstructions.prompthmr()
    del people["people"][2]["smplx_world"]
    with pytest.raises(InputError, match="person 2 has no 'smplx_world'"):
        import_motion(store(tmp_path / "b.pkl", people), fps=FPS)
    frames = reconstructions.phalp()
    next(iter(frames.values()))["smpl"].pop()
    with pytest.raises(InputError, match="has lists of different lengths"):
        import_motion(store(tmp_path / "c.pkl", frames), fps=FPS)
    next(iter(frames.values()))["tid"] = 5
    with pytest.raises(InputError, match=r"is not as its tool writes it \(TypeError"):
        import_motion(store(tmp_path / "c.pkl", frames), fps=FPS)
    with pytest.raises(InputError, match="nobody is in two frames or more"):
        import_motion(store(tmp_path / "d.pkl", reconstructions.sam3d_body()[:1]), fps=FPS)


def test_tram_needs_its_camera(tmp_path):
    track, camera = reconstructions.tram()
    (tmp_path / "hps").mkdir()
    np.save(tmp_path / "hps" / "hps_track_0.npy", np.array(track, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="TRAM's camera is needed beside the folder 'hps'"):
        import_motion(tmp_path, fps=FPS)
    camera["world_cam_R"], camera["world_cam_T"] = camera["world_cam_R"][:5], camera["world_cam_T"][:5]
    np.save(tmp_path / "camera.npy", np.array(camera, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="has frame 11, but the camera has 5 frames"):
        import_motion(tmp_path, fps=FPS)


def test_other_content_and_paths_are_refused(tmp_path):
    with pytest.raises(InputError, match="is of no known format; known are AMASS npz, BVH"):
        import_motion(store(tmp_path / "a.pkl", {"poses": 1}), fps=FPS)
    (tmp_path / "b.txt").write_text("hello")
    with pytest.raises(InputError, match="is of no known format"):
        import_motion(tmp_path / "b.txt")
    np.savez(tmp_path / "c.npz", x=1)
    with pytest.raises(InputError, match=r"an npz with the fields \['x'\] is of no known format"):
        import_motion(tmp_path / "c.npz")
    with pytest.raises(InputError, match="no such file"):
        import_motion(tmp_path / "d.npz")
    with pytest.raises(InputError, match="is a folder"):
        import_motion(tmp_path)
    with pytest.raises(InputError, match="'fps' is 0"):
        import_motion(tmp_path / "c.npz", fps=0)
