"""Plain MuJoCo worlds with the parameters of a batched one, to compare the two; also used by benchmarks."""

from __future__ import annotations

import mujoco
import numpy as np
import torch

from genmimic import rotation
from genmimic.robot import constants
from genmimic.robot.model import default_qpos
from genmimic.sim.world import JointGains, Physics, StartState, World
from genmimic.tracking.state import RANDOMIZED_MASS_BODIES


def nominal_parameters(worlds: int) -> dict[str, torch.Tensor]:
    """Fields of `SimulationParameters` that change nothing."""
    return {
        "base_com_offset_b": torch.zeros(worlds, 3),
        "foot_friction": torch.full((worlds, 2), 0.8),
        "link_mass_scale": torch.ones(worlds, len(RANDOMIZED_MASS_BODIES)),
        "kd_scale": torch.ones(worlds, 23),
        "kp_scale": torch.ones(worlds, 23),
        "motor_strength": torch.ones(worlds, 23),
    }


def varied_parameters(worlds: int) -> dict[str, torch.Tensor]:
    """World 1 has a slippery floor, world 2 other masses and centre of mass, world 3 other gains and weaker motors."""
    changes = nominal_parameters(worlds)
    changes["foot_friction"][1] = 0.2
    changes["link_mass_scale"][2] = torch.linspace(0.7, 1.4, 8)
    changes["base_com_offset_b"][2] = torch.tensor([0.1, -0.05, 0.03])
    changes["kp_scale"][3], changes["kd_scale"][3], changes["motor_strength"][3] = 1.5, 0.6, 0.7
    return changes


def compiled_with(changes: dict[str, torch.Tensor], row: int) -> World:
    """A plain MuJoCo world whose model is recompiled with one world's parameters."""
    friction, strength = float(changes["foot_friction"][row, 0]), float(changes["motor_strength"][row, 0])
    gains = JointGains(constants.KP * changes["kp_scale"][row].numpy(), constants.KD * changes["kd_scale"][row].numpy())
    single = World(Physics(friction=friction, motor_strength=strength), gains)
    for name, scale in zip(RANDOMIZED_MASS_BODIES, changes["link_mass_scale"][row].tolist(), strict=True):
        body = single.model.body(name).id
        single.model.body_mass[body] *= scale
        single.model.body_inertia[body] *= scale
    single.model.body_ipos[single.model.body("pelvis").id] += changes["base_com_offset_b"][row].numpy()
    mujoco.mj_setConst(single.model, mujoco.MjData(single.model))
    return single


def standing_qpos() -> np.ndarray:
    """The default pose 3 mm into the floor: whether soles at height zero touch it would be a matter of rounding."""
    qpos = default_qpos()
    qpos[2] -= 0.003
    return qpos


def start_state(qpos: np.ndarray, qvel: np.ndarray) -> StartState:
    """The same state for the single world."""
    ang_vel_w = rotation.rotate(qpos[3:7], qvel[3:6])
    return StartState(qpos[:3], qpos[3:7], qvel[:3], ang_vel_w, qpos[7:], qvel[6:])


def moving_targets(steps: int, amplitude: float) -> np.ndarray:
    """Joint targets (steps, 23) that swing about the default pose."""
    time, joint = np.meshgrid(np.arange(steps) / 50, np.arange(23), indexing="ij")
    return default_qpos()[7:] + amplitude * np.sin(2 * np.pi * time + joint)
