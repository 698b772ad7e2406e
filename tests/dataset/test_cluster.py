import sys

import pytest
from dataset.mocap_files import some_people, write_mocap

from genmimic.dataset.build import BuildConfig, build
from genmimic.dataset.cluster import run_on_ray
from genmimic.errors import InputError


def test_ray_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"Ray, which is not installed; pip install"):
        list(run_on_ray([1], abs))


def test_a_cluster_builds_the_same_corpus(tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed")
    path = write_mocap(tmp_path / "m.npz", some_people())
    here = build([path], tmp_path / "a.npz", BuildConfig(jobs=1), cache=tmp_path / "a")
    there = build([path], tmp_path / "b.npz", BuildConfig(ray=True), cache=tmp_path / "b")
    assert there.corpus.names == here.corpus.names
    assert abs(there.corpus.joint_pos - here.corpus.joint_pos).max() < 1e-6
