import multiprocessing

import numpy as np

from genmimic.deploy.dds.shared_slot import SharedSlot
from genmimic.deploy.lateness import Lateness

ROW = np.dtype([("value", "<f8", 200)])


def write_many(slot: SharedSlot, count: int) -> None:
    record = np.zeros((), ROW)
    for value in range(count):
        record["value"] = value
        slot.write(record)


def test_newest_record_and_its_number() -> None:
    slot = SharedSlot(ROW)
    assert slot.read() is None
    write_many(slot, 3)
    number, record = slot.read() or (0, None)
    assert number == 3
    assert (record["value"] == 2).all()


def test_half_written_records_are_never_seen() -> None:
    slot, context = SharedSlot(ROW), multiprocessing.get_context("spawn")
    process = context.Process(target=write_many, args=(slot, 20_000))
    process.start()
    numbers, seen = [], 0
    while process.is_alive():
        found = slot.read()
        if found is None:
            continue
        number, record = found
        values = record["value"]
        assert (values == number - 1).all()
        numbers.append(number)
        seen += 1
    process.join()
    assert process.exitcode == 0
    assert numbers == sorted(numbers)
    assert seen > 10
    assert (slot.read() or (0,))[0] == 20_000


def test_damage_is_noticed() -> None:
    slot = SharedSlot(ROW)
    write_many(slot, 1)
    memoryview(slot._memory).cast("B")[100] ^= 1
    assert slot.read() is None


def test_lateness() -> None:
    lateness = Lateness()
    delays = np.random.default_rng(0).lognormal(np.log(1e-4), 1.0, 4000)
    for delay in delays:
        lateness.add(float(delay), 0.002)
    for name, share in (("p50", 50), ("p99", 99), ("p99.9", 99.9)):
        expected = np.percentile(delays, share)
        assert 0.94 * expected < lateness.percentiles()[name] < 1.1 * expected
    assert lateness.overruns == int((delays >= 0.002).sum())
    assert lateness.largest == delays.max()
    assert Lateness().percentiles()["p99"] < 1e-5
