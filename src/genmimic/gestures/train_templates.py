"""Layouts of the gestures that policies are trained on. None of them is used by the benchmark (`bench_templates`)."""

from __future__ import annotations

from genmimic.gestures.poses import (
    AHEAD,
    ANY_SIDE,
    ELBOW_DOWN,
    INWARDS,
    PASSING,
    UPWARDS,
    Arm,
    Key,
    Template,
    Trunk,
    both,
)

_FOLDED_UPPER = Arm((0.215, -0.035, 0.195), (0.1, 1.0, -0.35), (0.1, 0.3, 1.0))
_FOLDED_LOWER = Arm((0.165, -0.03, 0.085), (-0.1, 1.0, -0.8), (0.1, 0.3, 1.0))
_FOLDING = Arm((0.27, 0.08, 0.16), (0.0, 1.0, -0.6), (0.2, 0.2, 1.0))
_CROSSED_UPPER = Arm((0.26, -0.09, 0.305), (0.1, 1.0, -0.7), (0.2, 0.6, 1.0))
_CROSSED_LOWER = Arm((0.16, -0.075, 0.23), (0.0, 1.0, -0.8), (0.2, 0.6, 1.0))

TRAIN_TEMPLATES: tuple[Template, ...] = (
    # touch head
    Template(
        "touch_head",
        "temple",
        (Key(Arm((0.065, 0.135, 0.435), (0.5, 1.0, -0.4), (-1, 0, 0.5)), hold=(0.4, 1.2)),),
        sides=ANY_SIDE,
        spread=0.3,
    ),
    Template(
        "touch_head",
        "crown",
        (Key(Arm((0.0, 0.06, 0.522), (0.0, 1.0, 0.1), (-1, -0.2, 0.3)), hold=(0.4, 1.2)),),
        spread=0.3,
    ),
    Template(
        "touch_head",
        "forehead",
        (Key(Arm((0.13, 0.04, 0.47), (0.3, 1.0, -0.3), (0, 0.2, 1)), hold=(0.3, 1.0)),),
        spread=0.3,
    ),
    # thumbs up
    Template(
        "thumbs_up", "chest", (Key(Arm((0.29, 0.13, 0.17), ELBOW_DOWN, UPWARDS), hold=(0.5, 1.4)),), sides=ANY_SIDE
    ),
    Template("thumbs_up", "side", (Key(Arm((0.22, 0.31, 0.15), ELBOW_DOWN, UPWARDS), hold=(0.5, 1.2)),)),
    # wave
    Template(
        "wave",
        "beside_head",
        (
            Key(Arm((0.12, 0.24, 0.50), (-0.2, 1.0, -0.6), INWARDS), hold=PASSING, pace=1.1),
            Key(Arm((0.08, 0.43, 0.44), (-0.2, 1.0, -0.8), INWARDS), hold=PASSING, pace=0.75),
            Key(Arm((0.12, 0.22, 0.49), (-0.2, 1.0, -0.6), INWARDS), hold=PASSING, pace=0.75),
        ),
        cycle=(1, 3),
        repeats=(2, 4),
        sides=ANY_SIDE,
    ),
    Template(
        "wave",
        "overhead",
        (
            Key(Arm((0.07, 0.25, 0.62), (0.0, 1.0, 0.0), INWARDS), hold=PASSING, pace=1.1),
            Key(Arm((0.04, 0.41, 0.54), (0.0, 1.0, -0.2), INWARDS), hold=PASSING, pace=0.9),
            Key(Arm((0.07, 0.23, 0.61), (0.0, 1.0, 0.0), INWARDS), hold=PASSING, pace=0.9),
        ),
        cycle=(1, 3),
        repeats=(2, 4),
        sides=ANY_SIDE,
    ),
    # raise, point, reach
    Template(
        "raise_arm",
        "ahead_up",
        (Key(Arm((0.16, 0.15, 0.63), (1.0, 0.25, -0.3), (-1, 0, 0.3)), hold=(0.3, 1.2)),),
        sides=ANY_SIDE,
    ),
    Template(
        "raise_arm", "horizontal", (Key(Arm((0.41, 0.18, 0.27), ELBOW_DOWN, UPWARDS), hold=(0.3, 1.2)),), sides=ANY_SIDE
    ),
    Template(
        "point_forward",
        "level",
        (Key(Arm((0.42, 0.10, 0.25), ELBOW_DOWN, INWARDS), Arm((0.1, 0.22, -0.15)), hold=(0.4, 1.3)),),
    ),
    Template("point_forward", "low", (Key(Arm((0.40, 0.12, 0.13), ELBOW_DOWN, INWARDS), hold=(0.4, 1.3)),)),
    Template(
        "point_side",
        "level",
        (Key(Arm((0.06, 0.56, 0.25), (-1, 0, -0.6), AHEAD), trunk=Trunk(twist=0.15), hold=(0.4, 1.3)),),
    ),
    Template(
        "reach",
        "ahead_low",
        (Key(Arm((0.38, 0.11, 0.05), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.15), hold=(0.2, 0.8)),),
        sides=ANY_SIDE,
    ),
    Template(
        "reach",
        "across",
        (Key(Arm((0.33, -0.10, 0.20), (0.0, 1.0, -0.8), UPWARDS), trunk=Trunk(twist=-0.3), hold=(0.2, 0.8)),),
    ),
    # both arms before the chest
    Template(
        "fold_arms",
        "near_above",
        (
            Key(_FOLDING, Arm((0.22, 0.05, 0.06), (0.0, 1.0, -0.8), (0.2, 0.2, 1.0)), hold=PASSING),
            Key(_FOLDED_UPPER, _FOLDED_LOWER, hold=(0.8, 2.0), pace=0.9),
            Key(_FOLDING, Arm((0.22, 0.05, 0.06), (0.0, 1.0, -0.8), (0.2, 0.2, 1.0)), hold=PASSING),
        ),
        spread=0.15,
    ),
    Template(
        "cross_arms",
        "high",
        (
            Key(
                Arm((0.30, 0.06, 0.28), (0.0, 1.0, -0.8), UPWARDS),
                Arm((0.22, 0.10, 0.16), (0.0, 1.0, -0.8), UPWARDS),
                hold=PASSING,
            ),
            Key(_CROSSED_UPPER, _CROSSED_LOWER, hold=(0.5, 1.5)),
            Key(
                Arm((0.30, 0.06, 0.28), (0.0, 1.0, -0.8), UPWARDS),
                Arm((0.22, 0.10, 0.16), (0.0, 1.0, -0.8), UPWARDS),
                hold=PASSING,
            ),
        ),
        spread=0.15,
    ),
    Template(
        "uncross_arms", "open_low", (both(Key(Arm((0.24, 0.36, 0.05), (-0.5, 0.6, -1.0), UPWARDS), hold=(0.1, 0.5))),)
    ),
    Template(
        "hands_on_hips",
        "front",
        (Key(Arm((0.05, 0.225, -0.055), (-0.4, 1.0, 0.1), (0.3, -0.5, 1)), hold=(0.8, 2.0)),),
        sides=("both", "left", "right", "both"),
        spread=0.2,
    ),
    # things that are not there
    Template(
        "pick_up_shelf",
        "high",
        (
            Key(Arm((0.30, 0.13, 0.48), (0.3, 0.5, -1.0), (-0.5, 0, 1.0)), hold=(0.3, 0.7)),
            Key(Arm((0.24, 0.11, 0.20), ELBOW_DOWN, UPWARDS), hold=(0.3, 1.0)),
        ),
        sides=ANY_SIDE,
    ),
    Template(
        "pick_up_floor",
        "squat",
        (
            Key(
                Arm((0.41, 0.11, 0.18), ELBOW_DOWN, INWARDS),
                Arm((0.33, 0.22, 0.10), (-0.3, 1.0, -0.6), UPWARDS),
                Trunk(bend=0.85, drop=0.30),
                hold=(0.25, 0.6),
                pace=1.0,
            ),
            Key(Arm((0.25, 0.13, 0.06), ELBOW_DOWN, UPWARDS), hold=(0.2, 0.8), pace=1.05),
        ),
    ),
    Template(
        "pick_up_floor",
        "two_hands",
        (
            both(
                Key(Arm((0.41, 0.12, 0.20), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.95, drop=0.26), hold=(0.25, 0.6))
            ),
            both(Key(Arm((0.26, 0.10, 0.08), ELBOW_DOWN, UPWARDS), hold=(0.2, 0.8))),
        ),
    ),
    Template(
        "open_door",
        "pull",
        (
            Key(Arm((0.36, 0.13, 0.03), ELBOW_DOWN, UPWARDS), hold=(0.1, 0.3)),
            Key(Arm((0.36, 0.13, 0.01), (-0.3, 1.0, -0.6), INWARDS), hold=(0.05, 0.2), pace=1.2),
            Key(
                Arm((0.20, 0.25, 0.02), (-0.8, 0.6, -0.5), INWARDS), trunk=Trunk(twist=0.35), hold=(0.1, 0.4), pace=1.4
            ),
        ),
    ),
    Template(
        "close_door",
        "push",
        (
            Key(Arm((0.22, 0.20, 0.16), (-0.5, 0.8, -0.8), UPWARDS), hold=(0.05, 0.3)),
            Key(
                Arm((0.40, 0.12, 0.18), ELBOW_DOWN, UPWARDS),
                trunk=Trunk(bend=0.12, twist=-0.2),
                hold=(0.1, 0.5),
                pace=1.4,
            ),
        ),
        sides=ANY_SIDE,
    ),
    Template(
        "lift",
        "to_chest",
        (
            both(
                Key(Arm((0.385, 0.13, 0.115), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.75, drop=0.22), hold=(0.2, 0.5))
            ),
            both(Key(Arm((0.27, 0.13, 0.06), ELBOW_DOWN, UPWARDS), hold=(-0.1, 0.2), pace=1.2)),
            both(Key(Arm((0.26, 0.13, 0.22), ELBOW_DOWN, UPWARDS), hold=(0.3, 1.0))),
        ),
    ),
    Template(
        "lift",
        "dumbbell",
        (
            Key(Arm((0.23, 0.17, 0.01), ELBOW_DOWN, UPWARDS), hold=PASSING),
            Key(Arm((0.18, 0.19, 0.27), ELBOW_DOWN, (-0.3, 0.0, 1.0)), hold=(0.05, 0.2), pace=1.2),
            Key(Arm((0.22, 0.17, -0.02), ELBOW_DOWN, UPWARDS), hold=(0.05, 0.2), pace=1.2),
        ),
        cycle=(1, 3),
        repeats=(1, 3),
        sides=ANY_SIDE,
    ),
    Template(
        "stretch",
        "overhead",
        (
            both(
                Key(
                    Arm((0.04, 0.25, 0.63), (0.0, 1.0, 0.0), INWARDS),
                    trunk=Trunk(bend=-0.06),
                    hold=(0.5, 1.2),
                    pace=1.4,
                )
            ),
            both(Key(Arm((-0.03, 0.42, 0.50), (-0.3, 0.3, -1.0), AHEAD), hold=PASSING, pace=1.3)),
        ),
    ),
    Template(
        "bow",
        "deep",
        (
            both(
                Key(
                    Arm((0.22, 0.19, -0.10), (-1.0, 0.4, 0.0), (0.5, -0.5, 1.0)),
                    trunk=Trunk(bend=0.62, drop=0.02),
                    hold=(0.3, 1.0),
                    pace=1.1,
                )
            ),
        ),
    ),
)
