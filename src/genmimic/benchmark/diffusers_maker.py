"""The two generators of the paper as pipelines of Hugging Face's diffusers, which the user installs.

Written against the signatures of diffusers 0.36 (`WanVACEPipeline`, `Cosmos2VideoToWorldPipeline`); no weights were
at hand, so only the calls are tested. VACE has no first-frame argument: it is given a video whose first frame is known
and whose others are grey, and a mask that is black where the video is to be kept.

The paper's checkpoint of Cosmos, Cosmos-Predict2-14B-Sample-GR00T-Dreams-GR1, is published in NVIDIA's own format. The
default here is the Video2World model that it was trained from; for the paper's own, use NVIDIA's program as a command
(docs/benchmark.md).
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from genmimic.benchmark.generate import Job, Maker
from genmimic.benchmark.taxonomy import Generator
from genmimic.errors import InputError

MODELS: dict[Generator, str] = {
    "Wan2.1": "Wan-AI/Wan2.1-VACE-14B-diffusers",
    "Cosmos-Predict2": "nvidia/Cosmos-Predict2-14B-Video2World",
}
_GREY = (128, 128, 128)
_WAN_FLOW_SHIFT = 3.0
"""For 480 lines; 5 is for 720."""
_INSTALL = "pip install 'diffusers>=0.36' transformers accelerate ftfy pillow imageio imageio-ffmpeg"


def diffusers_maker(generator: Generator, model: str = "", steps: int = 0, device: str = "cuda") -> Maker:
    """Load a pipeline once, and return what makes videos with it.

    Args:
        generator: Which of the two.
        model: Checkpoint in diffusers' format; '' for `MODELS`.
        steps: Denoising steps; 0 for the pipeline's own default.
        device: 'cuda' moves parts there as they are needed (14 billion parameters do not fit at once on most).

    Raises:
        InputError: diffusers or what it needs is not installed, or the checkpoint cannot be loaded.
    """
    torch, diffusers, utils, picture = (_imported(n) for n in ("torch", "diffusers", "diffusers.utils", "PIL.Image"))
    name = model or MODELS[generator]
    try:
        if generator == "Wan2.1":
            vae = diffusers.AutoencoderKLWan.from_pretrained(name, subfolder="vae", torch_dtype=torch.float32)
            pipe = diffusers.WanVACEPipeline.from_pretrained(name, vae=vae, torch_dtype=torch.bfloat16)
            scheduler = diffusers.UniPCMultistepScheduler
            pipe.scheduler = scheduler.from_config(pipe.scheduler.config, flow_shift=_WAN_FLOW_SHIFT)
        else:
            pipe = diffusers.Cosmos2VideoToWorldPipeline.from_pretrained(name, torch_dtype=torch.bfloat16)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"{name}: the pipeline cannot be loaded ({error}).") from error
    pipe.enable_model_cpu_offload(device=device)

    def make(job: Job, out: Path) -> None:
        wanted = job.format
        first = utils.load_image(str(job.frame)).resize((wanted.width, wanted.height))
        told: dict[str, Any] = {
            "prompt": job.prompt,
            "width": wanted.width,
            "height": wanted.height,
            "num_frames": wanted.frames,
            "generator": torch.Generator().manual_seed(job.seed),
        }
        if steps:
            told["num_inference_steps"] = steps
        told |= conditioning(generator, first, wanted.frames, wanted.fps, picture)
        utils.export_to_video(pipe(**told).frames[0], str(out), fps=wanted.fps)

    return make


def conditioning(generator: Generator, first: Any, frames: int, fps: int, picture: Any) -> dict[str, Any]:
    """How each pipeline is told the first frame.

    Args:
        generator: Which of the two.
        first: The first frame, a PIL image of the video's size.
        frames: Number of frames.
        fps: Frame rate; Cosmos is told it, Wan2.1 always makes 16.
        picture: The module PIL.Image.
    """
    if generator == "Cosmos-Predict2":
        return {"image": first, "fps": fps}
    grey, keep, make = (picture.new(m, first.size, c) for m, c in (("RGB", _GREY), ("L", 0), ("L", 255)))
    return {"video": [first, *[grey] * (frames - 1)], "mask": [keep, *[make] * (frames - 1)]}


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(f"--diffusers needs '{name.split('.')[0]}', which is not installed: {_INSTALL}.") from error
