import pytest

from genmimic.errors import InputError
from genmimic.motion.importers.joint_naming import ABSENT, NAMINGS, map_joints, smpl_names
from genmimic.motion.skeleton import JOINT_NAMES


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("prefix", ["", "mixamorig:", "Neo_", "Armature|Actor:"])
def test_every_naming_is_known_under_any_prefix(naming, prefix):
    names = smpl_names(naming)
    listed = [prefix + name for name in dict.fromkeys(names.values()) if name != ABSENT]
    joints = map_joints("clip", [*listed, prefix + "Extra_End"])
    for joint in JOINT_NAMES:
        found = joints[joint]
        assert names[joint] == (ABSENT if found < 0 else listed[found].removeprefix(prefix))


def test_sides_are_never_mixed():
    for naming in NAMINGS:
        names = smpl_names(naming)
        for joint in JOINT_NAMES:
            if joint.startswith("left_") and names[joint] != ABSENT:
                other = names[joint.replace("left", "right")]
                assert other != names[joint] and len({other, names[joint]} & set(names.values())) == 2


def test_unknown_names_are_listed_with_what_the_nearest_naming_lacks():
    names = [name for name in smpl_names("Mixamo").values() if name != "LeftHand"]
    with pytest.raises(
        InputError, match=r"clip: the joints \['Hips', .*nearest is Mixamo, which also has \['LeftHand'\]"
    ):
        map_joints("clip", names)
