"""Write the files in `data/` with torch and joblib: python tests/motion/importers/write_files.py (needs both)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import joblib  # pyright: ignore[reportMissingImports]
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from motion.importers import reconstructions

DATA = Path(__file__).parent / "data"


def tensors(value: Any) -> Any:
    """Arrays within dictionaries as tensors."""
    if isinstance(value, Mapping):
        return {key: tensors(item) for key, item in value.items()}
    return torch.from_numpy(value) if isinstance(value, np.ndarray) else value


def main() -> None:
    """Write all."""
    (DATA / "tram" / "hps").mkdir(parents=True, exist_ok=True)
    torch.save(tensors(reconstructions.gvhmr()), DATA / "hmr4d_results.pt")
    joblib.dump(reconstructions.prompthmr(), DATA / "prompthmr.pkl")
    joblib.dump(reconstructions.wham(), DATA / "wham.pkl")
    joblib.dump(reconstructions.phalp(), DATA / "phalp.pkl", compress=3)
    track, camera = reconstructions.tram()
    np.save(DATA / "tram" / "hps" / "hps_track_0.npy", np.array(tensors(track), dtype=object), allow_pickle=True)
    np.save(DATA / "tram" / "camera.npy", np.array(camera, dtype=object), allow_pickle=True)


if __name__ == "__main__":
    main()
