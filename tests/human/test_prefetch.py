"""Decoding ahead in a thread: order, bounds, errors and giving up."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from genmimic.human.prefetch import ahead


def test_items_come_in_order() -> None:
    assert list(ahead(lambda: iter(range(100)))) == list(range(100))


def test_error_is_raised_where_it_is_consumed() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    items = ahead(source)
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_it_runs_no_more_than_its_depth_ahead_and_stops_with_its_consumer() -> None:
    produced = []
    before = threading.active_count()

    def source() -> Iterator[int]:
        for item in range(10_000):
            produced.append(item)
            yield item

    items = ahead(source, depth=3)
    for _ in range(5):
        next(items)
    items.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
    assert len(produced) <= 5 + 3 + 2
