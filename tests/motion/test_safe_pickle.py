import collections
import os
import pickle
import subprocess

import numpy as np
import pytest

from genmimic.errors import InputError
from genmimic.motion.safe_pickle import load_plain_pickle


class Attack:
    """Unpickled by the plain `pickle.load`, this makes a file."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def test_plain_data_is_read_in_every_protocol(tmp_path):
    value = {
        "text": "wählen",
        "numbers": [1, 2.5, True, None, (3, 4), {5}, b"bytes"],
        "array": np.arange(6, dtype=np.float32).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "scalar": np.float64(3.5),
        "names": np.array(["a", "b"]),
        "ordered": collections.OrderedDict(a=1),
    }
    path = tmp_path / "a.pkl"
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        path.write_bytes(pickle.dumps(value, protocol=protocol))
        loaded = load_plain_pickle(path)
        assert loaded["array"].dtype == np.float32
        for name in ("array", "fortran"):
            assert np.array_equal(loaded[name], value[name])
        assert loaded["text"] == value["text"] and loaded["numbers"] == value["numbers"]
        assert loaded["scalar"] == 3.5 and loaded["names"].tolist() == ["a", "b"] and loaded["ordered"] == {"a": 1}


def test_numpy_1_pickles_are_read(tmp_path):
    path = tmp_path / "a.pkl"
    content = pickle.dumps(np.arange(3.0), protocol=2)
    assert b"numpy._core" in content
    path.write_bytes(content.replace(b"numpy._core", b"numpy.core"))
    assert load_plain_pickle(path).tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("disguise", [lambda a: a, lambda a: {"fps": a}, lambda a: np.array([a], dtype=object)])
def test_code_is_never_run(tmp_path, protocol, disguise):
    target = tmp_path / "hacked"
    attacks = [
        Attack(os.system, f"touch {target}"),
        Attack(subprocess.check_call, ["touch", str(target)]),
        Attack(eval, f"open({str(target)!r}, 'w')"),
        Attack(getattr, "text", "upper"),
        Attack(np.load, "x"),
    ]
    for attack in attacks:
        path = tmp_path / "a.pkl"
        path.write_bytes(pickle.dumps(disguise(attack), protocol=protocol))
        with pytest.raises(InputError, match="not a pickle of plain data"):
            load_plain_pickle(path)
        assert not target.exists()


def test_other_codecs_are_refused(tmp_path):
    path = tmp_path / "a.pkl"
    path.write_bytes(b"c_codecs\nencode\n(Vx\nVrot13\ntR.")
    with pytest.raises(InputError, match="codec rot13"):
        load_plain_pickle(path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x04\x95", pickle.dumps(np.arange(100.0))[:-30]])
def test_damaged_files_are_refused(tmp_path, content):
    path = tmp_path / "a.pkl"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_plain_pickle(path)
    assert str(caught.value).startswith(f"{path}: ")
    with pytest.raises(InputError, match="no such file"):
        load_plain_pickle(tmp_path / "none.pkl")
