"""Speed of the simulation, of the environment and of PPO, and where the time of a step goes.

    python benchmarks/env_throughput.py --sizes 8192,16384,32768 --device cuda:0 --out throughput
    python benchmarks/env_throughput.py --sizes 16384 --parts physics --solver 5:10,6:10,8:10   # sweep the solver
    python benchmarks/env_throughput.py --sizes 8 --device cpu --steps 3 --iterations 1          # to debug

Writes `throughput.json` (one object per measurement) and, with `--profile`, a table of GPU kernels per size to the
folder `--out` (default: $OUT or the present one). Rates are control steps of 20 ms, or samples, per second. Actions of
env.step are random, those of PPO its policy's; the reference is a robot that stands and swings its arms, or `--corpus`.

Parts: `physics`: four physics steps, readings and keypoints, fallen robots put upright. `env`: env.step with everything
on. `table`: the time of env.step by parts. `ppo`: two settings: `mjlab` has stock mjlab's network, epochs and
minibatches and no symmetry loss, otherwise the preset `fast`; `fast` is that preset with its symmetry loss.
`agreement`: how far randomized worlds are from plain MuJoCo after half a second, with as many solver iterations.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from step_table import profile_kernels, step_table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "sim"))
from recompiled import compiled_with, moving_targets, standing_qpos, start_state, varied_parameters

from genmimic.learning.config import FAST, TrainConfig
from genmimic.learning.env.config import EnvConfig
from genmimic.learning.env.library import MotionLibrary
from genmimic.learning.env.tracking_env import TrackingEnv
from genmimic.learning.learner import Learner
from genmimic.learning.session import suited_to
from genmimic.motion.corpus import Corpus, load_corpus
from genmimic.motion.robot_motion import RobotMotion
from genmimic.robot.model import default_qpos
from genmimic.robot.names import JOINT_NAMES
from genmimic.sim.batch_world import BatchWorld, BatchWorldConfig
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES, SimulationParameters

WARM_UP = 15
UPRIGHT_HEIGHT = 0.5
MJLAB = {"hidden": (512, 256, 128), "epochs": 5, "symmetry": 0.0}
MJLAB_MINIBATCHES = 4


def synthetic_corpus(seconds: float = 10.0) -> Corpus:
    """Standing with swinging arms, as in the yardstick's measurement of mjlab."""
    frames = round(50 * seconds)
    qpos = np.tile(default_qpos(), (frames, 1))
    shoulders = [7 + i for i, name in enumerate(JOINT_NAMES) if "shoulder_pitch" in name]
    qpos[:, shoulders] += 0.5 * np.sin(3.0 * np.arange(frames) / 50.0)[:, None]
    ones = np.ones((frames, 2))
    motion = RobotMotion("swinging arms", 50.0, qpos[:, :3], qpos[:, 3:7], qpos[:, 7:], ones, ones[:, 0])
    return Corpus.from_motions([motion], contents="stand")


def wait(device: torch.device) -> None:
    """Wait for the device."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def rate(step, steps: int, worlds: int, device: torch.device) -> float:
    """Worlds times steps per second of `step()`, after a warm-up."""
    for _ in range(min(WARM_UP, 3 * steps)):
        step()
    wait(device)
    start = time.perf_counter()
    for _ in range(steps):
        step()
    wait(device)
    return worlds * steps / (time.perf_counter() - start)


def nominal(worlds: int, device: torch.device) -> SimulationParameters:
    """Parameters of the nominal robot for all worlds."""

    def ones(width: int) -> torch.Tensor:
        return torch.ones(worlds, width, device=device)

    joints = ones(len(JOINT_NAMES))
    masses = ones(len(RANDOMIZED_MASS_BODIES))
    return SimulationParameters(torch.zeros(worlds, 3, device=device), 0.8 * ones(2), masses, joints, joints, joints)


def measure_physics(config: BatchWorldConfig, device: torch.device, steps: int) -> dict:
    """Control steps per second of the simulation alone, and with masked resets and randomization."""
    world = BatchWorld(config, device)
    qpos, qvel = world.qpos.clone(), torch.zeros_like(world.qvel)
    centre, parameters = qpos[:, 7:].clone(), nominal(config.worlds, device)

    def step() -> None:
        world.step(centre + 0.25 * torch.randn_like(centre))

    def step_and_reset() -> None:
        step()
        fallen = (world.qpos[:, 2] < UPRIGHT_HEIGHT) | world.broken
        world.write(fallen, qpos, qvel)
        world.randomize(fallen, parameters)

    with_resets = rate(step_and_reset, steps, config.worlds, device)
    alone = rate(step, steps // 2, config.worlds, device)
    report = world.check()
    return {
        "part": "physics",
        "solver": f"{config.iterations}:{config.ls_iterations}",
        "early_exit": config.early_exit,
        "nconmax": config.nconmax,
        "njmax": config.njmax,
        "steps_per_s": round(with_resets),
        "steps_without_resets_per_s": round(alone),
        "peak_contacts_per_world": round(report.peak_contacts / config.worlds, 2),
        "peak_constraints": report.peak_constraints,
        "broken": report.broken,
    }


def measure_agreement(device: torch.device, worlds: int = 64, steps: int = 25) -> dict:
    """Largest differences to plain MuJoCo of a nominal world and of three randomized ones."""
    world = BatchWorld(BatchWorldConfig(worlds=worlds, iterations=10, ls_iterations=20), device)
    everyone = torch.ones(worlds, dtype=torch.bool, device=device)
    changes = varied_parameters(worlds)
    world.randomize(everyone, SimulationParameters(**{name: value.to(device) for name, value in changes.items()}))
    qpos, qvel = standing_qpos(), np.zeros(29)
    qvel[1] = 0.6
    world.write(everyone, *(torch.tensor(x, device=device).float().expand(worlds, -1) for x in (qpos, qvel)))
    singles = [compiled_with(changes, row) for row in range(4)]
    for single in singles:
        single.reset(start_state(qpos, qvel))
    for command in moving_targets(steps, 0.2):
        world.step(torch.tensor(command, device=device).float().expand(worlds, -1))
        states = [single.step(command) for single in singles]
    differences = {
        "keypoint_mm": [
            round(1e3 * float(np.abs(world.keypoints()[0][row].cpu().numpy() - state.keypoint_pos_w).max()), 3)
            for row, state in enumerate(states)
        ],
        "foot_force_n": [
            round(float(np.abs(world.foot_force_w[row].cpu().numpy() - state.foot_force_w).max()), 3)
            for row, state in enumerate(states)
        ],
    }
    alike = world.keypoints()[0][4:]
    spread = 1e3 * float((alike - world.keypoints()[0][:1]).abs().max())
    return {"part": "agreement", **differences, "spread_of_equal_worlds_mm": round(spread, 3)}


def measure_env(env: TrackingEnv, steps: int) -> dict:
    """env.step per second with random actions."""
    device = torch.device(env.device)

    def step() -> None:
        env.step(0.3 * torch.randn(env.num_envs, env.num_actions, device=device))

    began = time.perf_counter()
    step()
    wait(device)
    compilation = time.perf_counter() - began
    figure = rate(step, steps, env.num_envs, device)
    report = env.check()
    return {
        "part": "env",
        "steps_per_s": round(figure),
        "first_step_s": round(compilation, 1),
        "peak_contacts_per_world": round(report.peak_contacts / env.num_envs, 2),
        "peak_constraints": report.peak_constraints,
        "broken": report.broken,
    }


def train_config(name: str, worlds: int, device: torch.device) -> TrainConfig:
    """Settings `fast` or `mjlab` for a number of worlds."""
    config = replace(FAST, envs=worlds, minibatch=min(FAST.minibatch, worlds * FAST.steps))
    if name == "mjlab":
        config = replace(config, minibatch=worlds * config.steps // MJLAB_MINIBATCHES, **MJLAB)
    return suited_to(config, str(device))


def measure_ppo(env: TrackingEnv, name: str, iterations: int) -> dict:
    """Samples per second of PPO iterations, collecting and learning."""
    device = torch.device(env.device)
    learner = Learner(env, train_config(name, env.num_envs, device), str(device))
    for _ in range(min(3, iterations)):
        learner.iterate()
    wait(device)
    began, rows = time.perf_counter(), []
    for _ in range(iterations):
        rows.append(learner.iterate())
    wait(device)
    seconds = time.perf_counter() - began
    samples = learner.config.samples_per_iteration * iterations
    return {
        "part": "ppo",
        "settings": name,
        "symmetry": learner.config.symmetry,
        "hidden": learner.config.hidden,
        "samples_per_s": round(samples / seconds),
        "collected_per_s": round(samples / sum(row["collect_seconds"] for row in rows)),
        "learned_per_s": round(samples / sum(row["learn_seconds"] for row in rows)),
    }


def describe(device: torch.device) -> dict:
    """What it was measured on."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    return {"device": name, "torch": torch.__version__}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="8192,16384,32768", help="numbers of worlds")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--parts", default="agreement,physics,env,table,ppo", help="what to measure")
    parser.add_argument("--solver", default="", help="iterations:line search steps, ... (physics only; default: ours)")
    parser.add_argument("--no-early-exit", action="store_true", help="launch all solver iterations")
    parser.add_argument("--nconmax", type=int, default=BatchWorldConfig.nconmax)
    parser.add_argument("--njmax", type=int, default=BatchWorldConfig.njmax)
    parser.add_argument("--settings", default="mjlab,fast", help="settings of ppo")
    parser.add_argument("--corpus", type=Path, help="clips to track; default: standing with swinging arms")
    parser.add_argument("--steps", type=int, default=100, help="control steps to measure")
    parser.add_argument("--iterations", type=int, default=6, help="PPO iterations to measure")
    parser.add_argument("--profile", action="store_true", help="write tables of GPU kernels")
    parser.add_argument("--out", type=Path, default=Path(os.environ.get("OUT", ".")))
    options = parser.parse_args()
    device, parts, rows = torch.device(options.device), options.parts.split(","), []
    options.out.mkdir(parents=True, exist_ok=True)
    solver = options.solver or f"{BatchWorldConfig.iterations}:{BatchWorldConfig.ls_iterations}"
    library = MotionLibrary(load_corpus(options.corpus) if options.corpus else synthetic_corpus(), device)

    def note(size: int, row: dict) -> None:
        rows.append({**describe(device), "worlds": size, **row})
        print(json.dumps(rows[-1]), flush=True)
        (options.out / "throughput.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")

    if "agreement" in parts:
        note(64, measure_agreement(device))
    for size in (int(text) for text in options.sizes.split(",")):
        room = {"nconmax": options.nconmax, "njmax": options.njmax}
        physics = BatchWorldConfig(worlds=size, early_exit=not options.no_early_exit, **room)
        if "physics" in parts:
            for pair in solver.split(","):
                iterations, ls_iterations = (int(text) for text in pair.split(":"))
                config = replace(physics, iterations=iterations, ls_iterations=ls_iterations)
                note(size, measure_physics(config, device, options.steps))
        if not {"env", "table", "ppo"} & set(parts):
            continue
        env = TrackingEnv(EnvConfig(physics=physics), library, device, seed=0)
        if "env" in parts:
            note(size, measure_env(env, options.steps))
        if "table" in parts:
            note(size, {"part": "table", **step_table(env, options.steps)})
        if options.profile:
            profile_kernels(env, options.out / f"kernels_{size}.txt")
        if "ppo" in parts:
            for name in options.settings.split(","):
                note(size, measure_ppo(env, name, options.iterations))
        del env
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
