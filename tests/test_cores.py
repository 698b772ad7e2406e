"""The share of the machine that a process takes."""

from __future__ import annotations

import pytest

from genmimic.cores import SHARE, usable_cores


def test_all_cores_without_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHARE, raising=False)
    assert usable_cores() >= 1


@pytest.mark.parametrize(("share", "cores"), [("1", 1), ("0", 1), ("100000", None), ("many", None), ("", None)])
def test_share_limits_and_nonsense_is_ignored(share: str, cores: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHARE, raising=False)
    everything = usable_cores()
    monkeypatch.setenv(SHARE, share)
    assert usable_cores() == (cores or everything)
