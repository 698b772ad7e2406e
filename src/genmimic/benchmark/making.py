"""One entry of GenMimicBench-Sim: performed, then shown with the noise of a video, modelled or real."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from genmimic.benchmark.entry import Entry
from genmimic.benchmark.performing import entry_seed, perform
from genmimic.benchmark.rendering import render_entry
from genmimic.benchmark.taxonomy import Slot
from genmimic.errors import InputError
from genmimic.motion.corpus import Corpus
from genmimic.motion.noise import corrupt
from genmimic.motion.noise_model import NoiseModel
from genmimic.motion.robot_motion import RobotMotion

SEVERITY = 1.0
"""Noise as measured."""


@dataclass(frozen=True)
class Built:
    """One finished entry; `lost` says why a video that stage 1 refused was corrupted by the model after all."""

    entry: Entry
    shown: RobotMotion
    clean: RobotMotion
    lost: str = ""


def make_entry(
    slot: Slot, by_video: bool, tested: Corpus, model: NoiseModel, seed: int, videos: Path | None = None
) -> Built:
    """Perform one of the 428 and show it with the noise of a video, modelled or real.

    Args:
        slot: Which.
        by_video: Whether it is rendered and reconstructed; where stage 1 refuses the video, the model serves.
        tested: Held-out motions.
        model: The measured noise.
        seed: Of the benchmark.
        videos: Folder that keeps the video.
    """
    performed = perform(slot, tested, seed)
    clean, lost, camera, source = performed.motion, "", "", performed.motion.source
    shown = None
    if by_video:
        try:
            seen = render_entry(slot, clean, seed, videos)
        except InputError as error:
            lost = str(error)
        else:
            shown, clean, camera = seen.shown, seen.clean, seen.camera
            source = f"{source}; worn by the rendered person '{seen.body}', reconstructed by stage 1"
    if shown is None:
        shown = corrupt(clean, model, SEVERITY, entry_seed(slot.name, seed))
        source = f"{source}; noise model v{model.version}, severity {SEVERITY:g}"
    entry = Entry(
        name=slot.name,
        generator=slot.generator,
        subject=slot.subject.name,
        view=slot.view,
        camera=camera,
        action=slot.action.name,
        category=slot.action.category,
        table2=slot.action.table2,
        kind="rendered" if camera else "modelled",
        licence=performed.motion.licence,
        source=source,
        clips="; ".join(performed.clips),
    )
    return Built(entry, shown, clean, lost)
