"""Many robot motions as one: what policies are trained on and tested on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from genmimic.errors import InputError
from genmimic.motion import checks
from genmimic.motion.corpus_codec import STEPS, TYPES, decode, encode
from genmimic.motion.fields import as_number
from genmimic.motion.files import QUATERNION_ORDER, UNITS, load_arrays, save_arrays
from genmimic.motion.resample import resample_robot
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.names import JOINT_NAMES, KEYPOINT_NAMES
from genmimic.rotation import make_continuous

FPS = 50.0
"""Frame rate of corpora for training: that of control."""
VERSION = 1
TEXTS = ("names", "contents", "sources", "subjects", "licences", "tiers", "splits", "reasons")
"""Fields of a corpus that hold one text per clip."""
_PER_FRAME = {"root_pos_w": (3,), "root_quat_w": (4,), "joint_pos": (23,), "foot_contact": (2,), "confidence": ()}
_STATED = {
    "kind": "genmimic corpus",
    "version": VERSION,
    "units": UNITS,
    "quaternion_order": QUATERNION_ORDER,
}


@dataclass(frozen=True)
class Corpus:
    """C clips of the 23-DoF G1, F frames in all, one after another; z-up world with the floor at z = 0.

    Attributes:
        names: One unique name per clip.
        contents: What each clip shows: walk, run, turn, dance, gesture:wave, ...
        sources: Collection that each clip comes from.
        subjects: Who performed it, as far as the source tells.
        licences: Licence of each clip.
        tiers: 'permissive', 'test-ood' or a user's own.
        splits: 'train' or 'test'.
        reasons: Why a clip was dropped; '' for one that was kept.
        kept: (C,) bool. Dropped clips stay listed, and those on flat ground keep their frames, to be evaluated.
        lengths: Frames of each clip, (C,) int64; 0 for a dropped clip without frames.
        root_pos_w: Pelvis origin, (F, 3) float32, metres.
        root_quat_w: Pelvis orientation, (F, 4) float32, w, x, y, z.
        joint_pos: (F, 23) float32, radians, in the order of `robot.names.JOINT_NAMES`.
        foot_contact: Whether left and right foot are meant to stand, (F, 2) float32, in [0, 1].
        confidence: How far each frame can be trusted, (F,) float32, in [0, 1].
        fps: Frames per second of all clips.

    Raises:
        InputError: Fields of different lengths, wrong shapes, values that are not finite, or a name used twice.
    """

    names: tuple[str, ...]
    contents: tuple[str, ...]
    sources: tuple[str, ...]
    subjects: tuple[str, ...]
    licences: tuple[str, ...]
    tiers: tuple[str, ...]
    splits: tuple[str, ...]
    reasons: tuple[str, ...]
    kept: np.ndarray
    lengths: np.ndarray
    root_pos_w: np.ndarray
    root_quat_w: np.ndarray
    joint_pos: np.ndarray
    foot_contact: np.ndarray
    confidence: np.ndarray
    fps: float = FPS

    def __post_init__(self) -> None:
        count = len(self.names)
        checks.require_fps("corpus", self.fps)
        for field in TEXTS:
            object.__setattr__(self, field, tuple(map(str, getattr(self, field))))
        for field, kind in (("kept", np.bool_), ("lengths", np.int64)):
            object.__setattr__(self, field, np.asarray(getattr(self, field), dtype=kind))
        for field in (*TEXTS, "kept", "lengths"):
            if len(getattr(self, field)) != count:
                raise InputError(f"corpus: field '{field}' has {len(getattr(self, field))} entries for {count} clips.")
        twice = [name for name, uses in Counter(self.names).items() if uses > 1]
        if twice:
            raise InputError(f"corpus: the names {twice[:5]} are used by several clips; rename all but one of each.")
        if (self.lengths < 0).any() or set(self.splits) - {"train", "test"}:
            raise InputError("corpus: lengths are 0 or more and splits are 'train' or 'test'.")
        frames = int(self.lengths.sum())
        for field, shape in _PER_FRAME.items():
            array = np.asarray(getattr(self, field), dtype=np.float32)
            object.__setattr__(self, field, array)
            checks.require_shape("corpus", field, array, (frames, *shape))
            checks.require_finite("corpus", field, array)

    def __len__(self) -> int:
        """Number of clips C."""
        return len(self.names)

    @property
    def starts(self) -> np.ndarray:
        """First frame of each clip, (C,)."""
        return np.cumsum(self.lengths) - self.lengths

    @property
    def seconds(self) -> np.ndarray:
        """How long each clip lasts, (C,)."""
        return self.lengths / self.fps

    def clip(self, index: int) -> RobotMotion:
        """One clip as a motion of its own.

        Raises:
            InputError: The clip was dropped without keeping its frames.
        """
        start, length = int(self.starts[index]), int(self.lengths[index])
        if length == 0:
            raise InputError(f"{self.names[index]}: only listed, without frames: {self.reasons[index]}.")
        part = {field: getattr(self, field)[start : start + length].astype(np.float64) for field in _PER_FRAME}
        return RobotMotion(
            name=self.names[index],
            fps=self.fps,
            source=self.sources[index],
            licence=self.licences[index],
            metadata={
                "content": self.contents[index],
                "subject": self.subjects[index],
                "tier": self.tiers[index],
                "split": self.splits[index],
                "kept": bool(self.kept[index]),
                "reason": self.reasons[index],
            },
            **part,
        )

    def select(self, which: np.ndarray | Sequence[int]) -> Corpus:
        """The clips of some indices, in that order, or those where a mask (C,) is true."""
        chosen = np.asarray(which)
        chosen = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64).reshape(-1)
        starts, lengths = self.starts[chosen], self.lengths[chosen]
        shift = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        rows = np.arange(int(lengths.sum())) + shift
        texts: dict[str, Any] = {field: tuple(getattr(self, field)[i] for i in chosen) for field in TEXTS}
        arrays = {field: getattr(self, field)[rows] for field in _PER_FRAME}
        return replace(self, kept=self.kept[chosen], lengths=lengths, **texts, **arrays)

    @staticmethod
    def from_motions(
        motions: Sequence[RobotMotion],
        *,
        contents: str | Sequence[str] = "unknown",
        subjects: str | Sequence[str] = "",
        tiers: str | Sequence[str] = "permissive",
        splits: str | Sequence[str] = "train",
        reasons: str | Sequence[str] = "",
        fps: float = FPS,
    ) -> Corpus:
        """Make a corpus of motions; names, sources and licences are theirs.

        Args:
            motions: The clips, at any frame rate.
            contents: One text for all clips or one for each; the same holds for the others.
            subjects: Who performed them.
            tiers: What they may be used for.
            splits: 'train' or 'test'.
            reasons: Why a clip is dropped; '' keeps it.
            fps: Frame rate of the corpus.

        Raises:
            InputError: No motion, one that is too short to resample, texts of another number, or a name used twice.
        """
        if not motions:
            raise InputError("corpus: there is no motion to put into it.")
        motions = [resample_robot(motion, fps) for motion in motions]

        def each(texts: str | Sequence[str]) -> tuple[str, ...]:
            return (texts,) * len(motions) if isinstance(texts, str) else tuple(texts)

        return Corpus(
            names=tuple(motion.name for motion in motions),
            contents=each(contents),
            sources=tuple(motion.source for motion in motions),
            subjects=each(subjects),
            licences=tuple(motion.licence for motion in motions),
            tiers=each(tiers),
            splits=each(splits),
            reasons=each(reasons),
            kept=np.array([not reason for reason in each(reasons)]),
            lengths=np.array([len(motion) for motion in motions]),
            root_pos_w=np.concatenate([motion.root_pos_w for motion in motions]),
            root_quat_w=np.concatenate([make_continuous(motion.root_quat_w) for motion in motions]),
            joint_pos=np.concatenate([motion.joint_pos for motion in motions]),
            foot_contact=np.concatenate([motion.foot_contact for motion in motions]),
            confidence=np.concatenate([motion.confidence for motion in motions]),
            fps=fps,
        )

    @staticmethod
    def concatenate(corpora: Sequence[Corpus]) -> Corpus:
        """All clips of several corpora of one frame rate, one corpus after another.

        Raises:
            InputError: No corpus, different frame rates, or a name used twice.
        """
        if not corpora or len({corpus.fps for corpus in corpora}) != 1:
            raise InputError(
                f"corpus: corpora of {sorted({c.fps for c in corpora})} frames/s cannot be joined; one rate is needed."
            )
        texts: dict[str, Any] = {field: sum((getattr(corpus, field) for corpus in corpora), ()) for field in TEXTS}
        names = ("kept", "lengths", *_PER_FRAME)
        arrays: dict[str, Any] = {name: np.concatenate([getattr(corpus, name) for corpus in corpora]) for name in names}
        return Corpus(**texts, **arrays, fps=corpora[0].fps)


def save_corpus(corpus: Corpus, path: str | Path) -> None:
    """Write a corpus as one compact npz; keypoints come back within a millimetre.

    Raises:
        InputError: The path cannot be written, or a value is beyond what the format holds.
    """
    texts = {field: np.array(getattr(corpus, field), dtype=np.str_) for field in TEXTS}
    arrays = {field: encode(field, getattr(corpus, field)) for field in _PER_FRAME}
    steps = {f"{field}_step": step for field, step in STEPS.items()}
    named = {"joint_names": list(JOINT_NAMES), "keypoint_names": list(KEYPOINT_NAMES), "fps": float(corpus.fps)}
    save_arrays(path, {**_STATED, **named, **steps, **texts, "kept": corpus.kept, "lengths": corpus.lengths, **arrays})


def load_corpus(path: str | Path) -> Corpus:
    """Read a corpus written by `save_corpus`.

    Raises:
        InputError: The file is missing, damaged, of another kind, or a field is missing, unknown or invalid.
    """
    data = load_arrays(path)
    steps = {f"{field}_step" for field in STEPS}
    expected = {*_STATED, "joint_names", "keypoint_names", "fps", *steps, *TEXTS, "kept", "lengths", *_PER_FRAME}
    if "kind" not in data or data["kind"].tolist() != _STATED["kind"]:
        raise InputError(f"{path}: is not a corpus; make one with genmimic dataset build.")
    missing, unknown = sorted(expected - set(data)), sorted(set(data) - expected)
    if missing or unknown:
        raise InputError(f"{path}: lacks the fields {missing} and has unknown fields {unknown}; build it again.")
    for field, wanted in {**_STATED, **{f"{name}_step": step for name, step in STEPS.items()}}.items():
        if data[field].tolist() != wanted:
            raise InputError(f"{path}: field '{field}' is '{data[field].tolist()}', expected '{wanted}'.")
    checks.require_names(str(path), "joint_names", data["joint_names"].tolist(), JOINT_NAMES)
    checks.require_names(str(path), "keypoint_names", data["keypoint_names"].tolist(), KEYPOINT_NAMES)
    for field, kind in TYPES.items():
        if data[field].dtype != kind:
            raise InputError(f"{path}: field '{field}' has type {data[field].dtype}, expected {np.dtype(kind)}.")
    arrays: dict[str, Any] = {field: decode(field, data[field]) for field in _PER_FRAME}
    texts: dict[str, Any] = {field: data[field].tolist() for field in TEXTS}
    try:
        return Corpus(
            **texts, kept=data["kept"], lengths=data["lengths"], **arrays, fps=as_number(path, "fps", data["fps"])
        )
    except InputError as error:
        raise InputError(f"{path}: {str(error).removeprefix('corpus: ')}") from error
