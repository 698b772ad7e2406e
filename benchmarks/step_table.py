"""Where the time of env.step goes: by the environment's own parts, and by GPU kernels."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from genmimic.learning.env import tracking_env as env_module
from genmimic.learning.env.tracking_env import TrackingEnv


class Stopwatch:
    """Times named calls on the device's clock and on the host's, without waiting for the device in between."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._marks: list[tuple[str, Any, Any, float]] = []
        self._undo: list[Callable[[], None]] = []

    def wrap(self, owner: Any, attribute: str, name: str) -> None:
        """Time all calls of `owner.attribute` under `name`."""
        inner = getattr(owner, attribute)
        own = attribute in vars(owner)

        def timed(*args: Any, **kwargs: Any) -> Any:
            start, began = self._mark(), time.perf_counter()
            result = inner(*args, **kwargs)
            self._marks.append((name, start, self._mark(), time.perf_counter() - began))
            return result

        setattr(owner, attribute, timed)
        self._undo.append(lambda: setattr(owner, attribute, inner) if own else delattr(owner, attribute))

    def unwrap(self) -> None:
        """Put all functions back."""
        for undo in reversed(self._undo):
            undo()

    def clear(self) -> None:
        """Forget the calls so far."""
        self._marks.clear()

    def totals(self) -> dict[str, tuple[float, float]]:
        """Seconds on the device and on the host by name; waits for the device."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        totals: dict[str, tuple[float, float]] = {}
        for name, start, end, host in self._marks:
            device = start.elapsed_time(end) / 1e3 if self._device.type == "cuda" else end - start
            before = totals.get(name, (0.0, 0.0))
            totals[name] = before[0] + device, before[1] + host
        return totals

    def _mark(self) -> Any:
        if self._device.type != "cuda":
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event


def step_table(env: TrackingEnv, steps: int) -> dict[str, Any]:
    """Milliseconds per env.step by part, on the device and on the host.

    `other` is what no part covers. Where a part's host time exceeds its device time, the host is what limits it.
    """
    device = torch.device(env.device)
    watch = Stopwatch(device)
    watch.wrap(env, "step", "all")
    for owner, attribute, name in (
        (env, "_act", "act"),
        (env.world, "step", "physics"),
        (env, "_judge", "rewards and terminations"),
        (env.sampler, "record", "sampler: record"),
        (env.sampler, "restart", "sampler: next starts"),
        (env_module, "draw_reset", "random numbers: reset"),
        (env, "_renew", "new episodes, clips, goals"),
        (env.world, "write", "write worlds"),
        (env.world, "randomize", "randomize worlds"),
        (env_module, "draw_observation", "random numbers: observation"),
        (env, "_observe", "observations"),
    ):
        watch.wrap(owner, attribute, name)
    try:
        for step in range(steps + 5):
            if step == 5:
                watch.totals()
                watch.clear()
            env.step(0.3 * torch.randn(env.num_envs, env.num_actions, device=device))
        totals = watch.totals()
    finally:
        watch.unwrap()
    whole = totals.pop("all")
    covered = [sum(part[clock] for part in totals.values()) for clock in (0, 1)]
    totals["other"] = whole[0] - covered[0], whole[1] - covered[1]
    totals["all"] = whole
    milliseconds = {
        name: {"device_ms": round(1e3 * on_device / steps, 3), "host_ms": round(1e3 * on_host / steps, 3)}
        for name, (on_device, on_host) in totals.items()
    }
    return {"milliseconds": milliseconds}


def profile_kernels(env: TrackingEnv, path: Path, steps: int = 5, rows: int = 60) -> None:
    """Write the kernels that take the most GPU time in a few steps."""
    device = torch.device(env.device)
    kinds = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        kinds.append(torch.profiler.ProfilerActivity.CUDA)
    env.step(torch.zeros(env.num_envs, env.num_actions, device=device))
    with torch.profiler.profile(activities=kinds) as profiler:
        for _ in range(steps):
            env.step(0.3 * torch.randn(env.num_envs, env.num_actions, device=device))
        if device.type == "cuda":
            torch.cuda.synchronize(device)
    order = "self_cuda_time_total" if device.type == "cuda" else "self_cpu_time_total"
    table = profiler.key_averages().table(sort_by=order, row_limit=rows, max_name_column_width=80)
    path.write_text(f"{steps} steps of {env.num_envs} worlds\n{table}\n", encoding="utf-8")
