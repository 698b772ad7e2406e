"""AMASS-style SMPL parameters: what other tools read as an AMASS npz.

Keys: trans (T, 3), poses (T, 156) (root, 21 body joints, 30 hand joints as axis-angle), betas (16), gender,
mocap_framerate; besides, under the names of AMASS' SMPL-X release: root_orient, pose_body, pose_hand,
mocap_frame_rate, surface_model_type. The world is z-up, as in AMASS; hands are flat.

`trans` is not where the pelvis is. SMPL turns the body about the pelvis' place in the rest pose and then adds trans:

    pelvis_w = rest_joints(betas)[0] + trans

(the rest pose's y-up coordinates are added as they are, unrotated). Our betas are SMPL-X's, and so is the pelvis
subtracted here; a reader that uses SMPL-H instead finds the body shifted by a constant (about 13 cm to the side and
1.6 cm in height). SMPL's bones follow from betas alone, and the rotations are for those bones: ours differ in the rest
pose (`motion.rest_alignment`). Our own offsets, confidence and contacts travel along under `genmimic_` names, which
other tools ignore, so that a round trip is exact.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from genmimic import rotation
from genmimic.errors import InputError
from genmimic.motion.body_shape import offsets_from_betas, rest_joints
from genmimic.motion.fields import as_mapping, as_number, as_numbers
from genmimic.motion.files import construct, load_arrays, save_arrays
from genmimic.motion.human_motion import HumanMotion
from genmimic.motion.rest_alignment import realign, rest_alignment

BODY_JOINTS = 22
HAND_VALUES = 90
BETAS_IN_AMASS = 16


def save_amass(motion: HumanMotion, path: str | Path, gender: str = "neutral") -> None:
    """Write a person's motion as an AMASS-style npz.

    Raises:
        InputError: The path cannot be written.
    """
    frames = len(motion)
    alignment = rest_alignment(motion.offsets, offsets_from_betas(motion.betas))
    body = rotation.to_axis_angle(realign(motion.local_quat, alignment)).reshape(frames, 3 * BODY_JOINTS)
    hands = np.zeros((frames, HAND_VALUES))
    save_arrays(
        path,
        {
            "trans": motion.root_pos_w - rest_joints(motion.betas)[0],
            "poses": np.concatenate([body, hands], axis=1),
            "betas": np.pad(motion.betas, (0, BETAS_IN_AMASS - len(motion.betas))),
            "gender": gender,
            "mocap_framerate": float(motion.fps),
            "mocap_frame_rate": float(motion.fps),
            "surface_model_type": "smplx",
            "root_orient": body[:, :3],
            "pose_body": body[:, 3:],
            "pose_hand": hands,
            "genmimic_offsets": motion.offsets,
            "genmimic_confidence": motion.confidence,
            "genmimic_foot_contact": motion.foot_contact,
            "genmimic_text": json.dumps(
                {"source": motion.source, "licence": motion.licence, "assumptions": dict(motion.assumptions)}
            ),
        },
    )


def load_amass(path: str | Path, fps: float | None = None) -> HumanMotion:
    """Read an AMASS-style npz (SMPL-H or SMPL-X, `poses` with at least 66 columns, or root_orient and pose_body).

    For files of other origin, bones follow from betas, confidence is 1 and contacts are 0.5 (unknown); a file for
    SMPL-H is shifted by the constant named above.

    Args:
        path: The file.
        fps: Overrides the file's frame rate.

    Raises:
        InputError: The file is not readable, or a field is missing or invalid.
    """
    data = load_arrays(path)
    if "poses" not in data and {"root_orient", "pose_body"} <= set(data):
        root = as_numbers(path, "root_orient", data["root_orient"], columns=3)
        body = as_numbers(path, "pose_body", data["pose_body"], columns=63)
        if len(root) != len(body):
            raise InputError(
                f"{path}: 'root_orient' has {len(root)} frames and 'pose_body' {len(body)}; it is damaged."
            )
        data["poses"] = np.concatenate([root, body], axis=1)
    missing = [name for name in ("trans", "poses", "betas") if name not in data]
    rates = [name for name in ("mocap_framerate", "mocap_frame_rate") if name in data]
    if missing or not (rates or fps):
        wanted = missing or ["mocap_framerate"]
        raise InputError(f"{path}: lacks the fields {wanted}; expected an AMASS npz with trans, poses, betas and rate.")
    poses, trans = as_numbers(path, "poses", data["poses"]), as_numbers(path, "trans", data["trans"], columns=3)
    if poses.ndim != 2 or poses.shape[1] < 3 * BODY_JOINTS or len(poses) != len(trans):
        raise InputError(f"{path}: field 'poses' has shape {poses.shape}, expected ({len(trans)}, 66 or more).")
    betas = np.resize(np.append(as_numbers(path, "betas", data["betas"]).ravel(), np.zeros(10)), 10)
    body = poses[:, : 3 * BODY_JOINTS].reshape(-1, BODY_JOINTS, 3)
    bones = offsets_from_betas(betas)
    offsets = as_numbers(path, "genmimic_offsets", data["genmimic_offsets"]) if "genmimic_offsets" in data else bones
    if offsets.shape != bones.shape:
        raise InputError(f"{path}: field 'genmimic_offsets' has shape {offsets.shape}, expected {bones.shape}.")
    text = {"source": "AMASS-style npz"}
    if "genmimic_text" in data:
        text = as_mapping(path, "genmimic_text", data["genmimic_text"])
    fields = {
        "name": Path(path).stem,
        "fps": fps or as_number(path, rates[0], data[rates[0]]),
        "root_pos_w": trans + rest_joints(betas)[0],
        "local_quat": realign(rotation.from_axis_angle(body), rest_alignment(bones, offsets)),
        "offsets": offsets,
        "confidence": data.get("genmimic_confidence", np.ones((len(poses), BODY_JOINTS))),
        "foot_contact": data.get("genmimic_foot_contact", np.full((len(poses), 2), 0.5)),
        "betas": betas,
        **text,
    }
    return construct(HumanMotion, path, fields)
