import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.importers.stored_objects import load_objects, looks_stored
from genmimic.motion.importers.torch_tensors import TORCH_NAMES

DATA = Path(__file__).parent / "data"


class Evil:
    def __reduce__(self):
        return os.system, ("touch evil",)


def test_code_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"pose": Evil()}))
    np.save(tmp_path / "b.npy", np.array({"pose": Evil()}, dtype=object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "c.pt", "w") as archive:
        archive.writestr("c/data.pkl", pickle.dumps(Evil()))
    for name in ("a.pkl", "b.npy", "c.pt"):
        with pytest.raises(InputError, match=r"it names (posix|nt)\.system; it was not loaded"):
            load_objects(tmp_path / name)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["hmr4d_results.pt", "prompthmr.pkl", "wham.pkl", "phalp.pkl", "tram/camera.npy"])
def test_files_that_are_cut_off_are_refused(tmp_path, name):
    data = (DATA / name).read_bytes()
    for share in (0.3, 0.9):
        path = tmp_path / Path(name).name
        path.write_bytes(data[: int(share * len(data))])
        with pytest.raises(InputError, match=r"not loaded|cut off or damaged"):
            load_objects(path)


def test_tensors_stay_within_their_data():
    rebuild = TORCH_NAMES["torch._utils", "_rebuild_tensor_v2"]
    assert callable(rebuild)
    storage = np.arange(6.0)
    assert rebuild(storage, 1, (2, 2), (1, 2)).tolist() == [[1.0, 3.0], [2.0, 4.0]]
    for offset, size, stride in ((0, (7,), (1,)), (5, (2,), (1,)), (0, (2,), (-1,)), (-1, (2,), (1,))):
        with pytest.raises(pickle.UnpicklingError, match="beyond its data"):
            rebuild(storage, offset, size, stride)


def test_numbers_alone_say_nothing(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with pytest.raises(InputError, match="numbers alone"):
        load_objects(tmp_path / "a.npy")


def test_text_does_not_look_stored(tmp_path):
    (tmp_path / "a").write_text("HIERARCHY")
    assert not looks_stored(tmp_path / "a")
    assert all(looks_stored(DATA / name) for name in ("hmr4d_results.pt", "wham.pkl", "phalp.pkl", "tram/camera.npy"))


def test_torch_writes_what_we_read(tmp_path):
    torch = pytest.importorskip("torch")
    values = {
        "strided": torch.arange(6.0).reshape(2, 3).T,
        "part": torch.arange(10)[3:7],
        "bfloat": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "flags": torch.tensor([True, False]),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "empty": torch.zeros(0, 3),
    }
    torch.save(values, tmp_path / "a.pt")
    (tmp_path / "b.pkl").write_bytes(pickle.dumps({name: t for name, t in values.items() if name != "bfloat"}))
    for path in (tmp_path / "a.pt", tmp_path / "b.pkl"):
        for name, found in load_objects(path).items():
            wanted = values[name].detach().float().numpy()
            assert found.shape == wanted.shape
            assert (np.asarray(found, dtype=np.float64) == wanted).all()
