"""What the pipelines of diffusers are told, with a stand-in for the library: no weights here, so no video is judged."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from genmimic.benchmark.diffusers_maker import MODELS, diffusers_maker
from genmimic.benchmark.generate import FORMATS, Job
from genmimic.benchmark.taxonomy import composition
from genmimic.errors import InputError

# parameters of __call__ in diffusers 0.36 that are used or must not be mistaken
_BOTH = {"prompt", "video", "height", "width", "num_frames", "num_inference_steps", "generator"}
WAN, COSMOS = _BOTH | {"mask", "reference_images"}, _BOTH | {"image", "fps"}


class Picture:
    def __init__(self, mode: str, size: tuple[int, int], colour: object) -> None:
        self.mode, self.size, self.colour = mode, size, colour

    def resize(self, size: tuple[int, int]) -> Picture:
        return Picture(self.mode, size, self.colour)


class Pipe:
    allowed: ClassVar[set[str]] = set()
    made: ClassVar[list[Pipe]] = []

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self.name, self.options, self.told = name, options, {}
        self.scheduler = SimpleNamespace(config={"a": 1})
        self.offloaded = ""
        Pipe.made.append(self)

    @classmethod
    def from_pretrained(cls, name: str, **options: Any) -> Pipe:
        if name == "absent":
            raise OSError("absent is not a local folder")
        return cls(name, options)

    def enable_model_cpu_offload(self, device: str) -> None:
        self.offloaded = device

    def __call__(self, **told: Any) -> SimpleNamespace:
        assert set(told) <= self.allowed, set(told) - self.allowed
        self.told = told
        return SimpleNamespace(frames=[["frame"] * told["num_frames"]])


class WanPipe(Pipe):
    allowed: ClassVar[set[str]] = WAN


class CosmosPipe(Pipe):
    allowed: ClassVar[set[str]] = COSMOS


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, int]]:
    written: list[tuple[int, str, int]] = []
    torch, diffusers, utils, pil, image = map(ModuleType, ("torch", "diffusers", "diffusers.utils", "PIL", "PIL.Image"))
    torch.float32, torch.bfloat16 = "f32", "bf16"  # type: ignore[attr-defined]
    torch.Generator = lambda: SimpleNamespace(manual_seed=lambda seed: ("seed", seed))  # type: ignore[attr-defined]
    scheduler = SimpleNamespace(from_config=lambda config, flow_shift: {**config, "flow_shift": flow_shift})
    diffusers.WanVACEPipeline, diffusers.Cosmos2VideoToWorldPipeline = WanPipe, CosmosPipe  # type: ignore[attr-defined]
    diffusers.AutoencoderKLWan, diffusers.UniPCMultistepScheduler = Pipe, scheduler  # type: ignore[attr-defined]
    utils.load_image = lambda path: Picture("RGB", (100, 50), path)  # type: ignore[attr-defined]
    utils.export_to_video = lambda f, path, fps: written.append((len(f), path, fps))  # type: ignore[attr-defined]
    image.new = Picture  # type: ignore[attr-defined]
    Pipe.made = []
    for module in (torch, diffusers, utils, pil, image):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return written


def job(name: str) -> Job:
    return Job(next(s for s in composition() if s.name == name), Path("first.png"), "A man waves.", 11)


def test_wan_is_given_the_first_frame_and_a_mask(library: list, tmp_path: Path) -> None:
    diffusers_maker("Wan2.1", steps=30)(job("wan-s1-front-walk"), tmp_path / "a.mp4")
    pipe = Pipe.made[-1]
    assert isinstance(pipe, WanPipe) and pipe.name == MODELS["Wan2.1"] and pipe.options["torch_dtype"] == "bf16"
    assert pipe.scheduler["flow_shift"] == 3.0 and pipe.offloaded == "cuda"
    told, size = pipe.told, (832, 480)
    assert (told["width"], told["height"], told["num_frames"], told["num_inference_steps"]) == (*size, 81, 30)
    assert len(told["video"]) == len(told["mask"]) == 81 and told["generator"] == ("seed", 11)
    assert told["video"][0].colour == "first.png" and told["video"][0].size == size
    assert {p.colour for p in told["video"][1:]} == {(128, 128, 128)}
    assert [p.colour for p in told["mask"]] == [0] + [255] * 80 and told["mask"][0].mode == "L"
    assert library == [(81, str(tmp_path / "a.mp4"), 16)]


def test_cosmos_is_given_an_image(library: list, tmp_path: Path) -> None:
    diffusers_maker("Cosmos-Predict2")(job("cosmos-s1-lift"), tmp_path / "b.mp4")
    pipe, wanted = Pipe.made[-1], FORMATS["Cosmos-Predict2"]
    assert isinstance(pipe, CosmosPipe) and pipe.name == MODELS["Cosmos-Predict2"]
    assert pipe.told["image"].size == (wanted.width, wanted.height) and pipe.told["fps"] == 16
    assert "num_inference_steps" not in pipe.told and library[0][0] == 93


def test_what_cannot_be_loaded(library: list) -> None:
    with pytest.raises(InputError, match="absent: the pipeline cannot be loaded"):
        diffusers_maker("Cosmos-Predict2", "absent")


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, library: list) -> None:
    monkeypatch.setitem(sys.modules, "diffusers", None)
    with pytest.raises(InputError, match="--diffusers needs 'diffusers'"):
        diffusers_maker("Wan2.1")
