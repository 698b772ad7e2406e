"""Which reference each world follows, and the passage from one clip to the next without a reset.

At a clip's end the next one begins where the reference stands and faces (DESIGN 6.6). The old reference does not stop
dead: it coasts to rest over the half second in which the new one is blended in. All functions are pure and work on
all worlds at once, without a word to the host.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from genmimic import rotation
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.reference_rows import ROW_SIZE, ReferenceFrame, pack, unpack
from genmimic.learning.records import choose
from genmimic.sim.world import CONTROL_HZ

BLEND_SECONDS = 0.5
BLEND_STEPS = round(BLEND_SECONDS * CONTROL_HZ)


@dataclass(frozen=True)
class Playback:
    """What N worlds are shown.

    Attributes:
        clip: (N,), int64.
        frame: Frame of the clip that belongs to the present, (N,), int64.
        turn_quat_w: Yaw by which the clip is turned about the world's origin, (N, 4).
        shift_w: By which it is moved thereafter, (N, 3), metres.
        blend_step: Control steps since the last passage; `BLEND_STEPS` or more where none is under way, (N,), int64.
        blend_row: Where the clip before ended, in the world, (N, ROW_SIZE).
    """

    clip: torch.Tensor
    frame: torch.Tensor
    turn_quat_w: torch.Tensor
    shift_w: torch.Tensor
    blend_step: torch.Tensor
    blend_row: torch.Tensor


def begin(library: MotionLibrary, clip: torch.Tensor, frame: torch.Tensor) -> Playback:
    """Begin clips (N,) at frames (N,), turned as recorded, with the reference's pelvis over the world's origin."""
    root_pos_w = unpack(library.gather(clip, frame)).root_pos_w
    upright = torch.zeros_like(root_pos_w[..., :1])
    shift_w = torch.cat([-root_pos_w[..., :2], upright], -1)
    turn_quat_w = torch.cat([upright + 1.0, upright, upright, upright], -1)
    blend_row = torch.zeros(*clip.shape, ROW_SIZE, dtype=root_pos_w.dtype, device=root_pos_w.device)
    return Playback(clip, frame, turn_quat_w, shift_w, torch.full_like(frame, BLEND_STEPS), blend_row)


def window(
    library: MotionLibrary, playback: Playback, ahead: Sequence[int] = (0,), *, pelvis_only: bool = False
) -> ReferenceFrame:
    """The reference in the world at the present and later.

    Args:
        library: The clips.
        playback: What the worlds are shown.
        ahead: Control steps ahead of the present, A of them; they clamp at the clip's end.
        pelvis_only: Place and blend the pelvis and the joints only; see `ReferenceFrame.pelvis`.

    Returns:
        Frames with leading dimensions (N, A).
    """
    # stacked sums, not a tensor of steps: that would have to be copied to the device
    frames = torch.stack([playback.frame + steps for steps in ahead], -1)
    recorded = unpack(library.gather(playback.clip[..., None], frames))
    old = unpack(playback.blend_row[..., None, :])
    if pelvis_only:
        recorded, old = recorded.pelvis(), old.pelvis()
    placed = _place(recorded, playback.turn_quat_w[..., None, :], playback.shift_w[..., None, :])
    seconds = torch.stack([playback.blend_step + steps for steps in ahead], -1).to(placed.joint_pos.dtype) / CONTROL_HZ
    return _blend(old, placed, seconds)


def has_ended(library: MotionLibrary, playback: Playback) -> torch.Tensor:
    """Worlds (N,) whose clip shows its last frame."""
    return playback.frame + 1 >= library.lengths[playback.clip]


def advance(
    library: MotionLibrary, playback: Playback, next_clip: torch.Tensor, next_frame: torch.Tensor
) -> tuple[Playback, torch.Tensor]:
    """One control step on; where a clip has ended, pass on to the next one.

    Args:
        library: The clips.
        playback: What the worlds were shown so far.
        next_clip: The clip (N,) to go on with where the present one has ended.
        next_frame: Its frame (N,) to begin with.

    Returns:
        The new playback, and the worlds (N,) that passed on.
    """
    ended = has_ended(library, playback)
    moved = replace(playback, frame=playback.frame + 1, blend_step=playback.blend_step + 1)
    last = window(library, playback).at(0)
    return choose(ended, _passage(library, last, next_clip, next_frame), moved), ended


def stay(library: MotionLibrary, playback: Playback) -> Playback:
    """One control step on; at a clip's end its last frame stays, as in an evaluation."""
    frame = torch.minimum(playback.frame + 1, library.lengths[playback.clip] - 1)
    return replace(playback, frame=frame, blend_step=playback.blend_step + 1)


def _passage(library: MotionLibrary, last: ReferenceFrame, clip: torch.Tensor, frame: torch.Tensor) -> Playback:
    """Playback of new clips that begin where the references `last` will have come to rest."""
    first = unpack(library.gather(clip, frame))
    turn_quat_w = rotation.multiply(
        rotation.heading(last.root_quat_w), rotation.conjugate(rotation.heading(first.root_quat_w))
    )
    rest_pos_w = last.root_pos_w + 0.5 * BLEND_SECONDS * last.root_lin_vel_w
    shift_w = rest_pos_w - rotation.rotate(turn_quat_w, first.root_pos_w)
    horizontal = torch.cat([shift_w[..., :2], torch.zeros_like(shift_w[..., :1])], -1)
    return Playback(clip, frame, turn_quat_w, horizontal, torch.zeros_like(frame), pack(last))


def _place(frame: ReferenceFrame, turn_quat_w: torch.Tensor, shift_w: torch.Tensor) -> ReferenceFrame:
    """Frames (...) turned by yaw quaternions (..., 4) about the world's origin, then moved by (..., 3)."""
    turn, shift = turn_quat_w[..., None, :], shift_w[..., None, :]
    return ReferenceFrame(
        keypoint_pos_w=rotation.rotate(turn, frame.keypoint_pos_w) + shift,
        joint_pos=frame.joint_pos,
        joint_vel=frame.joint_vel,
        keypoint_quat_w=rotation.multiply(turn, frame.keypoint_quat_w),
        keypoint_lin_vel_w=rotation.rotate(turn, frame.keypoint_lin_vel_w),
        keypoint_ang_vel_w=rotation.rotate(turn, frame.keypoint_ang_vel_w),
        foot_contact=frame.foot_contact,
    )


def _blend(old: ReferenceFrame, new: ReferenceFrame, seconds: torch.Tensor) -> ReferenceFrame:
    """From the old clip's end, coasting to rest, to the new clip, `seconds` (...) after the passage.

    The weight is a smoothstep; velocities of joints and points are the blended positions' own time derivatives, angular
    ones those of the new clip, growing with its weight.
    """
    share = (seconds / BLEND_SECONDS).clamp(max=1.0)
    weight = share * share * (3.0 - 2.0 * share)
    rate = 6.0 * share * (1.0 - share) / BLEND_SECONDS
    speed = torch.cat([old.root_lin_vel_w[..., :2], torch.zeros_like(old.root_lin_vel_w[..., :1])], -1)
    coasted = speed * (BLEND_SECONDS * share * (1.0 - 0.5 * share))[..., None]
    old_pos, old_vel = old.keypoint_pos_w + coasted[..., None, :], (speed * (1.0 - share)[..., None])[..., None, :]
    w1, r1 = weight[..., None], rate[..., None]
    w2, r2 = w1[..., None], r1[..., None]
    # a world without a passage has no old orientation: its weight is one and the zero is never seen
    sign = torch.where((old.keypoint_quat_w * new.keypoint_quat_w).sum(-1, keepdim=True) < 0, -1.0, 1.0)
    quat = (1.0 - w2) * sign * old.keypoint_quat_w + w2 * new.keypoint_quat_w
    return ReferenceFrame(
        keypoint_pos_w=(1.0 - w2) * old_pos + w2 * new.keypoint_pos_w,
        joint_pos=(1.0 - w1) * old.joint_pos + w1 * new.joint_pos,
        joint_vel=w1 * new.joint_vel + r1 * (new.joint_pos - old.joint_pos),
        keypoint_quat_w=rotation.normalize(quat),
        keypoint_lin_vel_w=(1.0 - w2) * old_vel + w2 * new.keypoint_lin_vel_w + r2 * (new.keypoint_pos_w - old_pos),
        keypoint_ang_vel_w=w2 * new.keypoint_ang_vel_w,
        foot_contact=torch.where(w1 < 0.5, old.foot_contact, new.foot_contact),
    )
