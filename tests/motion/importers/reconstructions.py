"""What the reconstructors' writers put into their files, for a known person: all keys that they write, small meshes.

Each function follows the writer's own code; the bytes come from torch and joblib themselves (`write_files.py`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from motion.importers.standing import CAMERA, FRAMES, Y_UP, in_world, rotation_vectors, walker

from genmimic.motion.body_shape import rest_joints
from genmimic.motion.importers.smpl_family import SMPL_PELVIS
from genmimic.motion.skeleton import INDEX

BETAS = np.array([0.5, -0.8, 0.3, 0.0, 0.2, 0.0, 0.0, -0.1, 0.0, 0.1])
LOGITS = np.tile([6.0, 6.0, -6.0, -6.0, 0.0, 0.0], (FRAMES, 1))  # left foot still, right foot not
VERTICES = np.zeros((FRAMES, 4, 3), dtype=np.float32)


def _float(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array, dtype=np.float32)


def gvhmr() -> dict[str, Any]:
    """tools/demo/demo.py: predictions of the pipeline; leaves are tensors."""
    pelvis, matrices = in_world(walker(BETAS), Y_UP)
    vectors = rotation_vectors(matrices)
    params = {
        "body_pose": _float(vectors[:, 3:]),
        "betas": _float(np.tile(BETAS, (FRAMES, 1))),
        "global_orient": _float(vectors[:, :3]),
        "transl": _float(pelvis - rest_joints(BETAS)[0]),
    }
    camera = {**params, "transl": _float(pelvis + 3.0)}
    outputs = {"static_conf_logits": _float(LOGITS[None]), "pred_smpl_params_global": {}}
    intrinsics = _float(np.tile(np.eye(3), (FRAMES, 1, 1)))
    return {
        "smpl_params_global": params,
        "smpl_params_incam": camera,
        "K_fullimg": intrinsics,
        "net_outputs": outputs,
    }


def prompthmr() -> dict[str, Any]:
    """pipeline/world.py and pipeline.py: all as arrays; two people, the second in fewer frames, with a gap."""
    pelvis, matrices = in_world(walker(BETAS), Y_UP)
    pose = np.zeros((FRAMES, 165))
    pose[:, :66] = rotation_vectors(matrices)
    person = {
        "frames": np.arange(FRAMES),
        "track_id": 1,
        "bboxes": _float(np.zeros((FRAMES, 4))),
        "smplx_cam": {"static_conf_logits": _float(LOGITS), "contact": LOGITS > 1.4},
        "smplx_world": {
            "pose": _float(pose),
            "shape": _float(np.tile(BETAS, (FRAMES, 1))),
            "trans": _float(pelvis - rest_joints(BETAS)[0]),
        },
    }
    rows = np.array([0, 1, 2, 5, 6])
    other = {
        "frames": rows,
        "track_id": 2,
        "smplx_cam": {"static_conf_logits": _float(LOGITS[rows])},
        "smplx_world": {name: value[rows] for name, value in person["smplx_world"].items()},
    }
    flags = {"has_tracks": True, "has_post_opt": True, "timings": {}, "masks": None}
    return {"camera": {"img_focal": np.float64(800.0)}, "people": {1: person, 2: other}, **flags}


def wham() -> dict[Any, Any]:
    """demo.py: a defaultdict by person; `trans_world` is the middle of the hips."""
    human = walker()
    pelvis, matrices = in_world(human, Y_UP)
    pos, _ = human.forward_kinematics()
    hips = 0.5 * (pos[:, INDEX["left_hip"]] + pos[:, INDEX["right_hip"]]) @ Y_UP.T
    pose = np.zeros((FRAMES, 72))
    pose[:, :66] = rotation_vectors(matrices)
    results: dict[Any, Any] = defaultdict(dict)
    results[0]["pose"] = _float(pose)
    results[0]["trans"] = _float(pelvis)
    results[0]["pose_world"] = _float(pose)
    results[0]["trans_world"] = _float(hips)
    results[0]["betas"] = _float(np.tile(BETAS, (FRAMES, 1)))
    results[0]["verts"] = VERTICES
    results[0]["frame_ids"] = np.arange(FRAMES)
    return results


def tram() -> tuple[dict[str, Any], dict[str, Any]]:
    """scripts/estimate_humans.py and estimate_camera.py: a track (tensors) and a camera that turns and rises."""
    pelvis, matrices = in_world(walker(), Y_UP)
    angle = np.linspace(0.0, 0.4, FRAMES)
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros(FRAMES), np.ones(FRAMES)
    # y down and z ahead for the camera, turning about the world's y
    rows = [[cos, zero, -sin], [zero, -one, zero], [-sin, zero, -cos]]
    rot = np.moveaxis(np.array(rows), -1, 0)
    trans = np.stack([0.1 * angle, 1.5 + angle, 4.0 + zero], axis=1)
    inside = np.einsum("nji,nj->ni", rot, pelvis - trans)
    body = np.tile(np.eye(3), (FRAMES, 24, 1, 1))
    body[:, :22] = matrices
    body[:, 0] = np.swapaxes(rot, 1, 2) @ matrices[:, 0]
    track = {
        "pred_cam": _float(np.ones((FRAMES, 3))),
        "pred_pose": _float(np.zeros((FRAMES, 144))),
        "pred_shape": _float(np.tile(BETAS, (FRAMES, 1))),
        "pred_rotmat": _float(body),
        "pred_trans": _float((inside - SMPL_PELVIS)[:, None]),
        "frame": np.arange(FRAMES),
    }
    camera = {
        "pred_cam_R": _float(rot),
        "pred_cam_T": _float(trans),
        "world_cam_R": _float(rot),
        "world_cam_T": _float(trans),
        "img_focal": np.float64(700.0),
        "img_center": np.array([320.0, 240.0]),
        "spec_focal": 690.0,
    }
    return track, camera


def phalp() -> dict[str, Any]:
    """PHALP.track: each frame's lists over the people; a second person is only guessed at (tracked_time 1)."""
    pelvis, matrices = in_world(walker(), CAMERA)
    shift = pelvis + np.array([0.0, 1.0, 4.0]) - SMPL_PELVIS
    shift[:, 2] *= 5000.0 / 256.0 / 1.1
    body = np.tile(np.eye(3), (FRAMES, 24, 1, 1))
    body[:, :22] = matrices
    frames: dict[str, Any] = {}
    for t in range(FRAMES):
        smpl = {"global_orient": _float(body[t, :1]), "body_pose": _float(body[t, 1:]), "betas": _float(BETAS)}
        frames[f"_DEMO/clip/img/{t:06d}.jpg"] = {
            "time": t,
            "shot": 0,
            "frame_path": f"_DEMO/clip/img/{t:06d}.jpg",
            "tracked_ids": [3],
            "tid": [3, 7],
            "bbox": [np.zeros(4), np.zeros(4)],
            "tracked_time": [0, 1],
            "smpl": [smpl, smpl],
            "camera": [_float(shift[t]), _float(shift[t])],
            "conf": [np.float32(0.9), np.float32(0.1)],
            "mask": [[{"size": [4, 4], "counts": "04"}], []],
            "annotations": [[], []],
        }
    return frames


def sam3d_body() -> list[list[dict[str, Any]]]:
    """SAM3DBodyEstimator.process_one_image on every frame: two people, in another order every second frame."""
    pos, _ = walker().forward_kinematics()
    frames = []
    for t in range(FRAMES):
        camera = pos[t] @ CAMERA.T + np.array([0.0, 1.0, 4.0])
        people = [_mhr_person(camera), _mhr_person(camera + np.array([1.5, 0.0, 0.5]))]
        frames.append(people[:: 1 if t % 2 else -1])
    return frames


def _mhr_person(joints: np.ndarray) -> dict[str, Any]:
    """Keypoints (70, 3) around SMPL's joints (22, 3), both in the camera's frame."""
    keypoints = np.zeros((70, 3))
    p = {name: joints[index] for name, index in INDEX.items()}
    up = np.array([0.0, -1.0, 0.0])
    left = p["left_shoulder"] - p["right_shoulder"]
    left = (left - (left @ up) * up) / np.linalg.norm(left - (left @ up) * up)
    ahead = np.cross(left, up)
    keypoints[69] = p["neck"]
    keypoints[3], keypoints[4] = p["head"] + 0.07 * left, p["head"] - 0.07 * left
    keypoints[0] = p["head"] + 0.11 * ahead - 0.03 * up
    sides = {
        "left": ((5, 7, 9, 11, 13, 62), (15, 16, 17), (49, 53, 61)),
        "right": ((6, 8, 10, 12, 14, 41), (18, 19, 20), (28, 32, 40)),
    }
    for side, (limb, (big, small, heel), knuckles) in sides.items():
        names = ("shoulder", "elbow", "hip", "knee", "ankle", "wrist")
        for index, name in zip(limb, names, strict=True):
            keypoints[index] = p[f"{side}_{name}"]
        sole = p[f"{side}_foot"] - 0.0164 * up
        keypoints[big] = keypoints[small] = sole + 0.07 * ahead
        keypoints[heel] = sole - 0.18 * ahead
        out = p[f"{side}_wrist"] - p[f"{side}_elbow"]
        out = out / np.linalg.norm(out)
        for index, along in zip(knuckles, (0.03, 0.0, -0.04), strict=True):
            keypoints[index] = p[f"{side}_wrist"] + 0.09 * out + along * ahead
    shift = np.array([0.1, 0.2, 3.0])
    return {
        "pred_keypoints_3d": _float(keypoints - shift),
        "pred_cam_t": _float(shift),
        "pred_vertices": VERTICES[0],
        "focal_length": np.float32(900.0),
        "mask": None,
    }
