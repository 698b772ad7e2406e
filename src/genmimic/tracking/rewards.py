"""A reward: which terms with which weights. The paper's, our scaling of it, and those of the baselines' teachers.

Example:
    total, terms = reward(PAPER, transition)      # (...) and one (...) per term, weighted
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace

from genmimic.rotation import Array
from genmimic.tracking import baseline_reward_terms, reward_terms
from genmimic.tracking.transition import Transition


def _terms_of(module: object) -> dict[str, Callable[[Transition, float], Array]]:
    own = inspect.getmembers(module, lambda member: inspect.isfunction(member) and inspect.getmodule(member) is module)
    return {name: function for name, function in own if not name.startswith("_")}


TERMS: dict[str, Callable[[Transition, float], Array]] = {
    **_terms_of(reward_terms),
    **_terms_of(baseline_reward_terms),
}
"""Every reward term by name."""


@dataclass(frozen=True)
class RewardTerm:
    """One row of a table of rewards.

    Attributes:
        name: Key of `TERMS`.
        weight: Factor, per second: a step's reward is multiplied by its length.
        scale: The term's one parameter: sigma^2 of tracking terms, a threshold of others.
    """

    name: str
    weight: float
    scale: float = 1.0


@dataclass(frozen=True)
class RewardConfig:
    """A reward.

    Attributes:
        terms: What is summed; a term with weight 0 is not computed.
        weights: Weights w_j of keypoints and joints: 'table' (paper B.3), 'uniform', or 'learned' (keypoint weights by
            softmax of the policy's extra outputs, paper 5.5; joints as in the table).

    Raises:
        KeyError: A term is unknown or occurs twice.
        ValueError: `weights` is none of the three.
    """

    terms: tuple[RewardTerm, ...]
    weights: str = "table"

    def __post_init__(self) -> None:
        names = [term.name for term in self.terms]
        unknown = sorted(set(names) - set(TERMS))
        if unknown:
            raise KeyError(f"unknown reward terms {unknown}; known are {sorted(TERMS)}")
        if len(set(names)) < len(names):
            raise KeyError(f"a reward term occurs twice in {names}")
        if self.weights not in ("table", "uniform", "learned"):
            raise ValueError(f"weights are '{self.weights}', expected 'table', 'uniform' or 'learned'")

    @property
    def active(self) -> tuple[RewardTerm, ...]:
        """Terms whose weight is not zero."""
        return tuple(term for term in self.terms if term.weight != 0.0)

    def scaled(self, **factors: float) -> RewardConfig:
        """Return the same reward with some terms' weights multiplied; 0 switches a term off."""
        unknown = sorted(set(factors) - {term.name for term in self.terms})
        if unknown:
            raise KeyError(f"this reward has no terms {unknown}; it has {[term.name for term in self.terms]}")
        terms = tuple(replace(term, weight=term.weight * factors.get(term.name, 1.0)) for term in self.terms)
        return replace(self, terms=terms)

    def extended(self, *terms: RewardTerm) -> RewardConfig:
        """Return the same reward with more terms."""
        return replace(self, terms=(*self.terms, *terms))


def reward(config: RewardConfig, transition: Transition) -> tuple[Array, tuple[Array, ...]]:
    """Sum of a reward's terms.

    Returns:
        The reward (...) of the step, and each active term's share of it, (...), in the order of `config.active`.
    """
    shares = tuple(TERMS[term.name](transition, term.scale) * (term.weight * transition.dt) for term in config.active)
    total = shares[0]
    for share in shares[1:]:
        total = total + share
    return total, shares


PAPER = RewardConfig(
    (
        RewardTerm("tracking_joint_pos", 32.0, scale=0.3),
        RewardTerm("tracking_joint_vel", 16.0, scale=10.0),
        RewardTerm("tracking_keypoint_pos", 50.0, scale=0.04),
        RewardTerm("tracking_keypoint_rot", 20.0, scale=0.3),
        RewardTerm("action_rate", -1.0),
        RewardTerm("energy", -1e-6),
        RewardTerm("dof_acceleration", -3e-6),
        RewardTerm("dof_limits", -100.0),
        RewardTerm("feet_slip", -5.0),
        RewardTerm("orientation", -50.0),
        RewardTerm("feet_contact_force", -0.03),
        RewardTerm("feet_orientation", -62.5),
        RewardTerm("low_swing", -2500.0, scale=0.1),
        RewardTerm("feet_air_time", 1000.0, scale=0.25),
        RewardTerm("termination", -200.0),
        RewardTerm("alive", 20.0),
        RewardTerm("weight_rate", 0.0),
    )
)
"""Table 7, with the sigma^2 of our first prototype."""

TUNED = PAPER.scaled(orientation=0.2, feet_orientation=0.1, dof_limits=0.0).extended(
    RewardTerm("dof_limits_by", -100.0, scale=0.02)
)
"""Table 7 with the scaling of that prototype, so that bends are not punished more than they are rewarded; and limits
of joints may give by 0.02 rad, as MuJoCo's do."""

OURS = TUNED.scaled(feet_slip=2.0).extended(RewardTerm("tracking_local_keypoint_pos", 30.0, scale=0.01))
"""That, with the pose itself worth something wherever the robot is, and feet that hold where they stand."""

BEYONDMIMIC = RewardConfig(
    (
        RewardTerm("anchor_pos", 0.5, scale=0.3),
        RewardTerm("anchor_rot", 0.5, scale=0.4),
        RewardTerm("relative_body_pos", 1.0, scale=0.3),
        RewardTerm("relative_body_rot", 1.0, scale=0.4),
        RewardTerm("body_lin_vel", 1.0, scale=1.0),
        RewardTerm("body_ang_vel", 1.0, scale=3.14),
        RewardTerm("action_rate", -0.1),
        RewardTerm("soft_joint_limits", -10.0),
        RewardTerm("undesired_contact", -0.1),
    )
)
"""BeyondMimic's reward, whose weights are per second too."""

TWIST = RewardConfig(
    (
        RewardTerm("twist_joint_pos", 0.6, scale=0.15),
        RewardTerm("twist_joint_vel", 0.2, scale=0.01),
        RewardTerm("twist_root_pose", 0.6, scale=5.0),
        RewardTerm("twist_root_vel", 1.0, scale=1.0),
        RewardTerm("twist_keypoint_pos", 2.0, scale=10.0),
        RewardTerm("twist_feet_slip", -0.1),
        RewardTerm("twist_contact_force", -5e-4),
        RewardTerm("twist_stumble", -1.25),
        RewardTerm("twist_joint_limits", -5.0),
        RewardTerm("twist_torque_limits", -1.0),
        RewardTerm("dof_vel", -1e-4),
        RewardTerm("dof_acceleration", -5e-8),
        RewardTerm("twist_action_rate", -0.01),
        RewardTerm("twist_air_time", 5.0, scale=0.5),
        RewardTerm("ang_vel_xy", -0.01),
        RewardTerm("ankle_dof_acceleration", -1e-7),
        RewardTerm("ankle_dof_vel", -2e-4),
    )
)
"""The reward of TWIST's teacher."""
