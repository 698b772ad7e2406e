"""Layouts of the gestures that the benchmark shows. None of them is used for training (`train_templates`)."""

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

_FOLDED_UPPER = Arm((0.20, 0.035, 0.13), (0.0, 1.0, -0.6), (0.1, 0.3, 1.0))
_FOLDED_LOWER = Arm((0.175, 0.02, 0.02), (-0.3, 1.0, -0.6), (0.1, 0.3, 1.0))
_CROSSED_UPPER = Arm((0.315, -0.06, 0.175), (0.1, 1.0, -0.6), (0.2, 0.6, 1.0))
_CROSSED_LOWER = Arm((0.205, -0.06, 0.085), (0.0, 1.0, -0.8), (0.2, 0.6, 1.0))

BENCH_TEMPLATES: tuple[Template, ...] = (
    Template(
        "touch_head",
        "back",
        (
            Key(Arm((0.05, 0.27, 0.42), (0.2, 1.0, 0.0), (-0.5, -1.0, 0.3)), hold=PASSING),
            Key(Arm((-0.07, 0.095, 0.455), (0.3, 1.0, 0.1), (-0.3, 0.2, -1.0)), hold=(0.5, 1.2)),
        ),
        spread=0.3,
    ),
    Template(
        "touch_head",
        "cheek",
        (Key(Arm((0.145, 0.075, 0.345), (-0.1, 1.0, -0.8), (0.0, 0.0, 1.0)), hold=(0.5, 1.2)),),
        sides=("left", "right"),
        spread=0.3,
    ),
    Template(
        "touch_head",
        "both_sides",
        (Key(Arm((-0.01, 0.125, 0.49), (0.0, 1.0, 0.0), (-1.0, 0.0, 0.3)), hold=(0.6, 1.4)),),
        sides=("both",),
        spread=0.3,
    ),
    Template(
        "thumbs_up", "high", (Key(Arm((0.31, 0.14, 0.29), ELBOW_DOWN, UPWARDS), hold=(0.6, 1.4)),), sides=ANY_SIDE
    ),
    Template(
        "thumbs_up",
        "presented",
        (
            Key(Arm((0.20, 0.16, 0.10), ELBOW_DOWN, UPWARDS), hold=(0.0, 0.1)),
            Key(Arm((0.37, 0.19, 0.15), ELBOW_DOWN, UPWARDS), hold=(0.5, 1.2), pace=0.9),
        ),
    ),
    Template(
        "wave",
        "before_chest",
        (
            Key(Arm((0.29, 0.08, 0.36), (-0.2, 0.8, -1.0), INWARDS), hold=PASSING, pace=1.1),
            Key(Arm((0.22, 0.32, 0.37), (-0.2, 0.8, -1.0), INWARDS), hold=PASSING, pace=0.85),
            Key(Arm((0.29, 0.06, 0.35), (-0.2, 0.8, -1.0), INWARDS), hold=PASSING, pace=0.85),
        ),
        cycle=(1, 3),
        repeats=(2, 4),
        sides=ANY_SIDE,
    ),
    Template(
        "wave",
        "wide",
        (
            Key(Arm((-0.02, 0.485, 0.475), (-0.2, 0.3, -1.0), INWARDS), hold=PASSING, pace=1.2),
            Key(Arm((0.03, 0.545, 0.285), (-0.2, 0.3, -1.0), INWARDS), hold=PASSING, pace=1.0),
            Key(Arm((-0.02, 0.48, 0.48), (-0.2, 0.3, -1.0), INWARDS), hold=PASSING, pace=1.0),
        ),
        cycle=(1, 3),
        repeats=(2, 4),
        sides=ANY_SIDE,
    ),
    Template(
        "raise_arm",
        "sideways_up",
        (
            Key(Arm((0.05, 0.55, 0.22), (-1.0, 0.0, -0.6), AHEAD), hold=PASSING, pace=1.1),
            Key(Arm((0.0, 0.27, 0.63), (-0.3, 1.0, 0.0), (-1.0, 0.0, 0.3)), hold=(0.4, 1.2), pace=1.1),
        ),
        sides=ANY_SIDE,
    ),
    Template(
        "raise_arm",
        "diagonal",
        (Key(Arm((0.32, 0.20, 0.50), (0.3, 0.5, -1.0), (-0.5, 0, 1.0)), hold=(0.4, 1.2)),),
        sides=ANY_SIDE,
    ),
    Template("point_forward", "inwards", (Key(Arm((0.39, -0.02, 0.22), (0.0, 0.8, -1.0), INWARDS), hold=(0.5, 1.3)),)),
    Template(
        "point_forward",
        "upwards",
        (
            Key(Arm((0.24, 0.15, 0.26), ELBOW_DOWN, INWARDS), hold=(0.0, 0.15)),
            Key(Arm((0.37, 0.13, 0.42), ELBOW_DOWN, INWARDS), hold=(0.5, 1.3), pace=0.9),
        ),
    ),
    Template(
        "point_side",
        "diagonal",
        (Key(Arm((0.28, 0.44, 0.30), (-0.6, 0.2, -1.0), AHEAD), trunk=Trunk(twist=0.25), hold=(0.5, 1.3)),),
    ),
    Template("point_side", "low", (Key(Arm((0.02, 0.50, 0.07), (-1.0, 0.2, -0.3), AHEAD), hold=(0.5, 1.3)),)),
    Template(
        "reach",
        "ahead_out",
        (Key(Arm((0.33, 0.34, 0.16), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.1, twist=0.2), hold=(0.2, 0.8)),),
        sides=ANY_SIDE,
    ),
    Template(
        "reach",
        "ahead_high",
        (Key(Arm((0.38, 0.12, 0.37), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.12), hold=(0.2, 0.8)),),
    ),
    Template(
        "fold_arms",
        "low",
        (
            Key(
                Arm((0.28, 0.12, 0.12), (0.0, 1.0, -0.6), (0.2, 0.2, 1.0)),
                Arm((0.22, 0.09, -0.02), (0.0, 1.0, -0.8), (0.2, 0.2, 1.0)),
                hold=PASSING,
            ),
            Key(_FOLDED_UPPER, _FOLDED_LOWER, hold=(1.0, 2.0), pace=1.1),
            Key(
                Arm((0.28, 0.12, 0.12), (0.0, 1.0, -0.6), (0.2, 0.2, 1.0)),
                Arm((0.22, 0.09, -0.02), (0.0, 1.0, -0.8), (0.2, 0.2, 1.0)),
                hold=PASSING,
            ),
        ),
        spread=0.15,
    ),
    Template(
        "cross_arms",
        "low",
        (
            Key(
                Arm((0.33, 0.10, 0.15), (0.0, 1.0, -0.8), UPWARDS),
                Arm((0.25, 0.12, 0.06), (0.0, 1.0, -0.8), UPWARDS),
                hold=PASSING,
            ),
            Key(_CROSSED_UPPER, _CROSSED_LOWER, hold=(0.6, 1.5)),
            Key(
                Arm((0.33, 0.10, 0.15), (0.0, 1.0, -0.8), UPWARDS),
                Arm((0.25, 0.12, 0.06), (0.0, 1.0, -0.8), UPWARDS),
                hold=PASSING,
            ),
        ),
        spread=0.15,
    ),
    Template(
        "uncross_arms",
        "open_high",
        (
            both(Key(Arm((0.30, 0.36, 0.24), (-0.4, 0.6, -1.0), UPWARDS), hold=(0.0, 0.2))),
            both(Key(Arm((0.14, 0.40, -0.02), (-0.6, 0.6, -0.8), UPWARDS), hold=(0.0, 0.3))),
        ),
    ),
    Template(
        "hands_on_hips",
        "side",
        (Key(Arm((-0.02, 0.215, -0.055), (-0.3, 1.0, 0.2), (0.5, -0.5, 1.0)), hold=(1.0, 2.0)),),
        sides=("both",),
        spread=0.2,
    ),
    Template(
        "pick_up_shelf",
        "chest_height",
        (
            Key(
                Arm((0.40, 0.15, 0.33), (-0.2, 1.0, -0.8), UPWARDS), trunk=Trunk(bend=0.12, twist=-0.1), hold=(0.3, 0.7)
            ),
            Key(Arm((0.22, 0.12, 0.10), ELBOW_DOWN, UPWARDS), hold=(0.3, 1.0)),
        ),
        sides=ANY_SIDE,
    ),
    Template(
        "pick_up_floor",
        "beside",
        (
            Key(
                Arm((0.34, 0.30, 0.10), ELBOW_DOWN, UPWARDS),
                Arm((0.30, 0.24, 0.14), (-0.3, 1.0, -0.6), UPWARDS),
                Trunk(bend=0.75, drop=0.34, twist=0.25),
                hold=(0.25, 0.6),
                pace=1.05,
            ),
            Key(Arm((0.21, 0.21, 0.02), ELBOW_DOWN, UPWARDS), hold=(0.2, 0.8), pace=1.1),
        ),
    ),
    Template(
        "open_door",
        "push",
        (
            Key(Arm((0.31, 0.20, 0.09), ELBOW_DOWN, UPWARDS), hold=(0.1, 0.3)),
            Key(Arm((0.31, 0.20, 0.08), (-0.3, 1.0, -0.6), INWARDS), hold=(0.05, 0.2), pace=1.2),
            Key(
                Arm((0.40, 0.24, 0.13), (-0.3, 1.0, -0.6), INWARDS),
                trunk=Trunk(bend=0.12, twist=-0.15),
                hold=(0.1, 0.4),
                pace=1.5,
            ),
        ),
    ),
    Template(
        "close_door",
        "slide",
        (
            Key(Arm((0.34, -0.05, 0.14), (0.0, 1.0, -0.8), UPWARDS), trunk=Trunk(twist=-0.2), hold=(0.05, 0.2)),
            Key(Arm((0.28, 0.38, 0.12), (-0.3, 0.8, -1.0), UPWARDS), trunk=Trunk(twist=0.2), hold=(0.1, 0.4), pace=1.5),
        ),
    ),
    Template(
        "lift",
        "to_side",
        (
            both(Key(Arm((0.40, 0.18, 0.20), ELBOW_DOWN, UPWARDS), trunk=Trunk(bend=0.60, drop=0.27), hold=(0.2, 0.5))),
            both(Key(Arm((0.30, 0.19, 0.14), ELBOW_DOWN, UPWARDS), hold=(0.0, 0.2), pace=1.2)),
            both(Key(Arm((0.31, 0.20, 0.36), ELBOW_DOWN, UPWARDS), trunk=Trunk(twist=0.25), hold=(0.3, 0.9))),
        ),
    ),
    Template(
        "stretch",
        "sideways",
        (
            both(Key(Arm((0.0, 0.54, 0.25), (-1.0, 0.0, -0.6), AHEAD), hold=(0.3, 0.6), pace=1.3)),
            both(Key(Arm((0.0, 0.30, 0.63), (-0.2, 1.0, 0.0), INWARDS), hold=(0.5, 1.2), pace=1.2)),
        ),
    ),
    Template(
        "bow",
        "slight",
        (Key(Arm((0.20, 0.06, 0.10), (-0.2, 1.0, -0.8), UPWARDS), trunk=Trunk(bend=0.40), hold=(0.4, 1.0), pace=1.2),),
    ),
)
