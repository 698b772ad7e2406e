"""The noise model's file: frozen by its checksum, mirror-symmetric, refused when damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.files import load_arrays, save_arrays
from genmimic.motion.noise_model import ASSET, CHECKSUM, checksum, load_noise_model, save_noise_model
from genmimic.robot.mirror import AXIAL_SIGNS, JOINT_PERMUTATION, JOINT_SIGNS, POLAR_SIGNS

ORDER = np.array([*range(6), *(6 + j for j in JOINT_PERMUTATION)])
SIGNS = np.array([*POLAR_SIGNS, *AXIAL_SIGNS, *JOINT_SIGNS])


def test_the_packaged_model_is_the_frozen_one() -> None:
    model = load_noise_model()
    assert checksum(model) == CHECKSUM
    assert ASSET.stat().st_size < 100_000


def test_a_changed_model_has_another_checksum() -> None:
    model = load_noise_model()
    assert checksum(replace(model, swap_rate=model.swap_rate + 1e-9)) != CHECKSUM


def test_left_and_right_have_the_same_statistics() -> None:
    model = load_noise_model()
    np.testing.assert_allclose(model.mean[ORDER] * SIGNS, model.mean, atol=1e-9)
    for factor in (model.constant, model.slow, model.fast):
        covariance = factor @ factor.T
        mirrored = covariance[np.ix_(ORDER, ORDER)] * SIGNS * SIGNS[:, None]
        np.testing.assert_allclose(mirrored, covariance, atol=1e-6)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    model = replace(load_noise_model(), swap_rate=7.5)
    save_noise_model(model, tmp_path / "other.npz")
    assert checksum(load_noise_model(tmp_path / "other.npz")) == checksum(model)


def test_unusable_files_are_refused(tmp_path: Path) -> None:
    data = load_arrays(ASSET)
    save_arrays(tmp_path / "less.npz", {k: v for k, v in data.items() if k != "slow"})
    save_arrays(tmp_path / "nan.npz", {**data, "mean": np.full(29, np.nan)})
    with pytest.raises(InputError, match="slow"):
        load_noise_model(tmp_path / "less.npz")
    with pytest.raises(InputError, match="mean"):
        load_noise_model(tmp_path / "nan.npz")
    with pytest.raises(InputError, match="no such file"):
        load_noise_model(tmp_path / "none.npz")


def test_a_packaged_file_that_changed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_noise_model(replace(load_noise_model(), swap_rate=99.0), tmp_path / "changed.npz")
    monkeypatch.setattr("genmimic.motion.noise_model.ASSET", tmp_path / "changed.npz")
    with pytest.raises(InputError, match="frozen"):
        load_noise_model()
