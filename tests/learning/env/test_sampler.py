"""The curriculum: where worlds start."""

from __future__ import annotations

import pytest
import torch
from learning.motions import corpus

from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.sampler import ClipSampler, SamplerConfig


@pytest.fixture(scope="module")
def library() -> MotionLibrary:
    return MotionLibrary(corpus())


def _sampler(library, seed: int = 0, **settings) -> ClipSampler:
    return ClipSampler(library, SamplerConfig(**settings), torch.Generator().manual_seed(seed))


def test_the_uniform_share_is_uniform_over_contents_then_clips_then_frames(library):
    clip, frame = _sampler(library, uniform=1.0).sample(40_000)
    shares = torch.bincount(clip, minlength=3) / 40_000
    # contents: 'stand' holds clip 0 alone, 'glide' clips 1 and 2
    assert shares.tolist() == pytest.approx([0.5, 0.25, 0.25], abs=0.01)
    assert frame.min() >= 0 and (frame < library.lengths[clip]).all()
    assert frame[clip == 1].float().mean() == pytest.approx(39.5, abs=1.0)


def test_starts_gather_before_the_part_where_worlds_fail(library):
    sampler = _sampler(library, uniform=0.0, cap=10.0)
    # one world at every frame of every clip; those at frame 110 of clip 0 fail
    clip = torch.repeat_interleave(torch.arange(3), library.lengths)
    frame = torch.cat([torch.arange(int(length)) for length in library.lengths])
    for _ in range(240):
        sampler.record(clip, frame, (clip == 0) & (frame == 110))
    drawn, start = sampler.sample(4000)
    assert (drawn == 0).float().mean() > 0.9
    late = start[drawn == 0]
    assert late.min() >= 0 and late.max() < 120  # 0.5 s before a bin of frames 100 ... 119 at the latest
    assert late.float().mean() == pytest.approx(100 + 25 - 75, abs=8)


def test_a_rate_is_capped_so_that_the_impossible_does_not_take_everything(library):
    sampler = _sampler(library, uniform=0.0, cap=0.5)
    for step in range(480):
        failed = torch.tensor([True, step % 50 == 0, step % 50 == 0])  # 50 a second, one a second, one a second
        sampler.record(torch.tensor([0, 1, 2]), torch.tensor([10, 10, 10]), failed)
    drawn, _ = sampler.sample(4000)
    assert (drawn == 0).float().mean() < 0.5


def test_failed_worlds_are_rewound_and_others_are_not(library):
    sampler = _sampler(library, rewind=1.0, rewind_seconds=(0.5, 1.0))
    clip, frame = torch.full((1000,), 2), torch.full((1000,), 90)
    failed = torch.arange(1000) < 500
    new_clip, new_frame = sampler.restart(clip, frame, failed)
    assert (new_clip[:500] == 2).all()
    assert new_frame[:500].min() >= 40 and new_frame[:500].max() <= 65
    assert len(new_clip[500:].unique()) == 3
    early, _ = sampler.restart(clip, torch.zeros_like(frame), failed)[1], None
    assert (early[:500] == 0).all()


def test_counts_survive_a_checkpoint_and_belong_to_their_corpus(library):
    sampler = _sampler(library)
    for _ in range(30):
        sampler.record(torch.tensor([0]), torch.tensor([60]), torch.tensor([True]))
    again = _sampler(library)
    again.load_state_dict(sampler.state_dict())
    assert torch.equal(again.failures, sampler.failures) and torch.equal(again.failure_rate(), sampler.failure_rate())
    other = ClipSampler(MotionLibrary(corpus().select([0, 1])))
    other.load_state_dict(sampler.state_dict())
    assert other.failures.sum() == 0
    assert sampler.clip_failure_rate()[0] > sampler.clip_failure_rate()[1]


def test_the_same_seed_draws_the_same(library):
    assert torch.equal(_sampler(library, 3).sample(50)[1], _sampler(library, 3).sample(50)[1])
