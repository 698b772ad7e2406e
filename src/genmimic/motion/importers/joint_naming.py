"""Which joint of a foreign skeleton is which of SMPL's, by name.

Each naming lists the joints for pelvis, spine1, spine2, spine3, neck and head, then the left side's hip, knee, ankle,
foot (the toes' base), collar, shoulder, elbow and wrist. A joint may serve twice (short spines); `-` says that there is
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genmimic.errors import InputError
from genmimic.motion.skeleton import JOINT_NAMES

_TRUNK: tuple[str, ...] = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
_SIDED: tuple[str, ...] = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist")
ABSENT = "-"

# the first that fits is taken
NAMINGS: dict[str, str] = {
    "CMU asf": "root lowerback upperback thorax lowerneck head "
    "lfemur ltibia lfoot ltoes lclavicle lhumerus lradius lwrist",
    "CMU cgspeed": "Hips LowerBack Spine Spine1 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftShoulder LeftArm LeftForeArm LeftHand",
    "CMU MotionBuilder": "Hips lowerback Chest Chest2 lowerneck Head "
    "LeftHip LeftKnee LeftAnkle LeftToe LeftCollar LeftShoulder LeftElbow LeftWrist",
    "CMU Poser": "hip abdomen abdomen chest neck head lThigh lShin lFoot - lCollar lShldr lForeArm lHand",
    "O3DE": "Hips Spine Chest UpperChest Neck Head "
    "LeftUpperLeg LeftLowerLeg LeftFoot LeftToes LeftShoulder LeftUpperArm LeftLowerArm LeftHand",
    "Bandai Namco": "Hips Spine Spine Chest Neck Head "
    "UpperLeg_L LowerLeg_L Foot_L Toes_L Shoulder_L UpperArm_L LowerArm_L Hand_L",
    "AnimatedDrawings": "Hips Spine Spine1 Spine3 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftShoulder LeftArm LeftForeArm LeftHand",
    "Mixamo": "Hips Spine Spine1 Spine2 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToeBase LeftShoulder LeftArm LeftForeArm LeftHand",
    "Xsens": "Hips Chest Chest2 Chest4 Neck Head "
    "LeftHip LeftKnee LeftAnkle LeftToe LeftCollar LeftShoulder LeftElbow LeftWrist",
    "SMPL": "Pelvis Spine1 Spine2 Spine3 Neck Head L_Hip L_Knee L_Ankle L_Foot L_Collar L_Shoulder L_Elbow L_Wrist",
    "SMPL, lower case": "pelvis spine1 spine2 spine3 neck head "
    "left_hip left_knee left_ankle left_foot left_collar left_shoulder left_elbow left_wrist",
    "LAFAN1": "Hips Spine Spine1 Spine2 Neck Head "
    "LeftUpLeg LeftLeg LeftFoot LeftToe LeftShoulder LeftArm LeftForeArm LeftHand",
}


@dataclass(frozen=True)
class JointMap:
    """Where SMPL's joints are in a foreign skeleton.

    Attributes:
        naming: Name of the naming.
        columns: For each of the 22 joints its index in the foreign skeleton; -1 where it has none.
        bare_names: The foreign skeleton's joints without what their names have in front.
    """

    naming: str
    columns: tuple[int, ...]
    bare_names: tuple[str, ...]

    def __getitem__(self, joint: str) -> int:
        """Index of one of SMPL's joints in the foreign skeleton, -1 where it has none."""
        return self.columns[JOINT_NAMES.index(joint)]


def map_joints(clip: str, names: Sequence[str]) -> JointMap:
    """Find SMPL's joints among a skeleton's, whatever prefix these share (`mixamorig:`, `Neo_`).

    Args:
        clip: File or clip, for messages.
        names: The skeleton's joints.

    Raises:
        InputError: No known naming fits.
    """
    bare = _without_prefix(names)
    for naming in NAMINGS:
        wanted = smpl_names(naming)
        if set(wanted.values()) - {ABSENT} <= set(bare):
            columns = (-1 if wanted[joint] == ABSENT else bare.index(wanted[joint]) for joint in JOINT_NAMES)
            return JointMap(naming, tuple(columns), tuple(bare))
    nearest = min(NAMINGS, key=lambda naming: len(set(smpl_names(naming).values()) - set(bare)))
    missing = sorted(set(smpl_names(nearest).values()) - set(bare) - {ABSENT})
    raise InputError(
        f"{clip}: the joints {list(names)} follow no known naming ({', '.join(NAMINGS)}; nearest is {nearest}, which "
        f"also has {missing}); rename them to one of these."
    )


def smpl_names(naming: str) -> dict[str, str]:
    """A naming's name of each of SMPL's joints; `-` where it has none."""
    words = NAMINGS[naming].split()
    joints: dict[str, str] = dict(zip(_TRUNK, words, strict=False))
    for joint, name in zip(_SIDED, words[len(_TRUNK) :], strict=True):
        joints[f"left_{joint}"], joints[f"right_{joint}"] = name, _right(name)
    return joints


def _right(name: str) -> str:
    """The right side's counterpart of a left joint's name."""
    for left, right in (("Left", "Right"), ("left_", "right_"), ("L_", "R_")):
        if name.startswith(left):
            return name.replace(left, right, 1)
    if name.endswith("_L"):
        return name[:-1] + "R"
    return name if name == ABSENT else "r" + name[1:]


def _without_prefix(names: Sequence[str]) -> list[str]:
    """Names without namespaces (`mixamorig:`), and without what all have in front up to an underscore (`Neo_`)."""
    bare = [name.rsplit(":", 1)[-1] for name in names]
    prefix = bare[0][: bare[0].find("_") + 1]
    return [name.removeprefix(prefix) for name in bare] if all(name.startswith(prefix) for name in bare) else bare
