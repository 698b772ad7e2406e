"""Settings of a student beyond those that every training has: what it learns from its teacher, and how."""

from __future__ import annotations

from dataclasses import dataclass

from genmimic.errors import InputError
from genmimic.tracking.observations import TERM_BY_NAME


@dataclass(frozen=True)
class Distillation:
    """How a student is made; the defaults are the paper's (section 4.2.1, appendix B.1): by imitation alone.

    Attributes:
        teacher: sha256 of the teacher's checkpoint, so that a resumed run has the same one.
        auxiliary: Terms of the teacher's observation that the student also learns to predict, by an output that only
            training has: clean goals from noisy ones, the distance to them, the pelvis' velocity. Empty for none.
        auxiliary_weight: Weight of that loss, a mean square of normalised numbers, against that of the actions.
        fine_tunes: Learn from rewards and the teacher together (PPO, `student.finetune`) instead of the teacher alone
            (DAgger, `student.distill`): for students that have learned to imitate.
        imitation: Weight of the imitation loss in that.
        final_learning_rate: DAgger: share of the learning rate that is left at the last sample, until which it falls
            linearly; 1 keeps it.

    Raises:
        InputError: A value is out of range or a term unknown.
    """

    teacher: str = ""
    auxiliary: tuple[str, ...] = ()
    auxiliary_weight: float = 0.0
    fine_tunes: bool = False
    imitation: float = 5.0
    final_learning_rate: float = 1.0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.auxiliary) - set(TERM_BY_NAME))
        if unknown:
            raise InputError(f"distillation setting 'auxiliary': unknown observation term(s) {unknown}.")
        for name in ("auxiliary_weight", "imitation"):
            if getattr(self, name) < 0:
                raise InputError(f"distillation setting '{name}' is {getattr(self, name)}, expected 0 or more.")
        if not 0 < self.final_learning_rate <= 1:
            raise InputError(
                f"distillation setting 'final_learning_rate' is {self.final_learning_rate}, expected above 0 to 1."
            )

    @property
    def predicts(self) -> bool:
        """Whether there is anything to predict."""
        return bool(self.auxiliary) and self.auxiliary_weight > 0
