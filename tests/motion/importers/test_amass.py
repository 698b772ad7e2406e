"""Files of AMASS' two kinds, as its own scripts write them."""

import numpy as np
import pytest
from motion.importers.standing import assert_same_person, in_world, rotation_vectors, walker

from genmimic.errors import InputError
from genmimic.motion.body_shape import rest_joints
from genmimic.motion.importers import import_motion
from genmimic.motion.importers.smpl_family import SMPL_PELVIS


def smplh(path, **changes):
    """AMASS' first release: SMPL+H, 52 joints, z up; sitting 3 cm too high."""
    human = walker()
    poses = np.zeros((len(human), 156))
    poses[:, :66] = rotation_vectors(in_world(human, np.eye(3))[1])
    fields = {
        "trans": human.root_pos_w - SMPL_PELVIS + np.array([0.0, 0.0, 0.03]),
        "gender": "male",
        "mocap_framerate": 120.0,
        "betas": np.zeros(16),
        "dmpls": np.zeros((len(human), 8)),
        "poses": poses,
    }
    np.savez(path, **{name: value for name, value in (fields | changes).items() if value is not None})
    return path


def smplx(path, **changes):
    """The second release: SMPL-X in parts."""
    human = walker()
    vectors = rotation_vectors(in_world(human, np.eye(3))[1])
    fields = {
        "trans": human.root_pos_w - rest_joints(np.zeros(10))[0],
        "gender": "neutral",
        "surface_model_type": "smplx",
        "mocap_frame_rate": 60.0,
        "mocap_time_length": 0.2,
        "betas": np.zeros(16),
        "num_betas": 16,
        "root_orient": vectors[:, :3],
        "pose_body": vectors[:, 3:],
        "pose_hand": np.zeros((len(human), 90)),
        "pose_jaw": np.zeros((len(human), 3)),
        "pose_eye": np.zeros((len(human), 6)),
    }
    np.savez(path, **{name: value for name, value in (fields | changes).items() if value is not None})
    return path


@pytest.mark.parametrize(("write", "fps"), [(smplh, 120.0), (smplx, 60.0)])
def test_people_stand_and_face_as_they_did(tmp_path, write, fps):
    (found,) = import_motion(write(tmp_path / "walk_poses.npz"))
    assert (found.name, found.fps) == ("walk_poses", fps)
    assert_same_person(found, walker())
    assert import_motion(tmp_path / "walk_poses.npz", fps=30.0)[0].fps == 30.0


def test_a_file_without_its_rate_needs_one(tmp_path):
    path = smplh(tmp_path / "a.npz", mocap_framerate=None)
    with pytest.raises(InputError, match=r"lacks the fields \['mocap_framerate'\]"):
        import_motion(path)
    assert import_motion(path, fps=30.0)[0].fps == 30.0


def test_parts_of_different_lengths_are_refused(tmp_path):
    with pytest.raises(InputError, match="'root_orient' has 11 frames and 'pose_body' 12"):
        import_motion(smplx(tmp_path / "a.npz", root_orient=np.zeros((11, 3))))


def test_a_shape_file_beside_the_motions_is_no_motion(tmp_path):
    np.savez(tmp_path / "shape.npz", betas=np.zeros(16), gender="male")
    with pytest.raises(InputError, match="is of no known format"):
        import_motion(tmp_path / "shape.npz")
