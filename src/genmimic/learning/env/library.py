"""All clips of a corpus on the training device, one row of numbers per frame."""

from __future__ import annotations

import torch

from genmimic.errors import InputError
from genmimic.learning.env.reference_rows import ReferenceFrame, pack, rows_of, unpack
from genmimic.motion.corpus import Corpus
from genmimic.robot import mirror
from genmimic.sim.world import CONTROL_HZ


class MotionLibrary:
    """Clips of a corpus, ready to be looked up by thousands of worlds.

    Attributes:
        names: Clip names, C; mirrored copies end in ' (mirrored)'.
        content_names: Names of the contents that occur.
        rows: All frames of all clips, (F, ROW_SIZE), float32.
        starts: Row of each clip's first frame, (C,), int64.
        lengths: Frames of each clip, (C,), int64.
        contents: Index of each clip's content, (C,), int64.
        device: Where the tensors lie.
    """

    def __init__(self, corpus: Corpus, device: str | torch.device = "cpu", *, mirrored: bool = False) -> None:
        """Compute velocities and keypoints of all clips and move them to `device`.

        Args:
            corpus: The clips, at 50 Hz.
            device: Where training runs.
            mirrored: Append the mirror image of every clip; needless where the learner mirrors its batches.

        Raises:
            InputError: The corpus is empty or not at 50 Hz.
        """
        if len(corpus) == 0:
            raise InputError("the corpus holds no clips; choose another split or build it anew.")
        if corpus.fps != CONTROL_HZ:
            raise InputError(
                f"the corpus has {corpus.fps:g} frames per second, expected {CONTROL_HZ:g}; build it anew."
            )
        self.device = torch.device(device)
        self.names = tuple(corpus.names)
        self.content_names = tuple(sorted(set(corpus.contents)))
        contents = [self.content_names.index(content) for content in corpus.contents]
        lengths = [int(length) for length in corpus.lengths]
        rows = rows_of([corpus.clip(i) for i in range(len(corpus))], self.device)
        if mirrored:
            self.names += tuple(f"{name} (mirrored)" for name in self.names)
            contents, lengths = contents * 2, lengths * 2
            rows = torch.cat([rows, mirror_rows(rows)])
        self.rows = rows
        self.lengths = torch.tensor(lengths, dtype=torch.int64, device=self.device)
        self.starts = torch.cumsum(self.lengths, 0) - self.lengths
        self.contents = torch.tensor(contents, dtype=torch.int64, device=self.device)

    def __len__(self) -> int:
        """Number of clips C."""
        return len(self.names)

    @property
    def minutes(self) -> float:
        """Length of all clips together."""
        return len(self.rows) / CONTROL_HZ / 60.0

    def gather(self, clip: torch.Tensor, frame: torch.Tensor) -> torch.Tensor:
        """Rows (..., ROW_SIZE) of frames (...) of clips (...), as recorded; frames clamp at the clip's ends."""
        last = self.lengths[clip] - 1
        return self.rows[self.starts[clip] + torch.minimum(frame.clamp(min=0), last)]


def mirror_rows(rows: torch.Tensor) -> torch.Tensor:
    """Rows (..., ROW_SIZE) of the mirrored robot, by `robot.mirror`."""
    frame = unpack(rows)
    return pack(
        ReferenceFrame(
            keypoint_pos_w=mirror.mirror_keypoint_pos(frame.keypoint_pos_w),
            joint_pos=mirror.mirror_joint_pos(frame.joint_pos),
            joint_vel=mirror.mirror_joint_pos(frame.joint_vel),
            keypoint_quat_w=mirror.mirror_keypoint_quat(frame.keypoint_quat_w),
            keypoint_lin_vel_w=mirror.mirror_keypoint_pos(frame.keypoint_lin_vel_w),
            keypoint_ang_vel_w=mirror.mirror_keypoint_ang_vel(frame.keypoint_ang_vel_w),
            foot_contact=mirror.mirror_feet(frame.foot_contact),
        )
    )
