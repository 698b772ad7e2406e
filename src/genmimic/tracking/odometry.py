"""Leg odometry: where the robot is, from its joints and IMU alone.

The G1 has no force sensors in its feet, so which foot stands is inferred: the lower one, and of two low ones the one
whose sole moves less. Each corner of a sole that stands is anchored where it came down; the pelvis is where the
anchors say, and corners in the air take their anchors along. A robot in flight is taken to stand on its lower foot.

Interface (pure functions, numpy or torch, any leading dimensions, no branch that depends on data):

    body = body_motion(joint_pos, joint_vel)                     # tracking.body_motion: from the encoders
    odometry = start(imu_quat_w, ang_vel_b, body, root_pos_w, root_quat_w)   # at a known place and heading
    odometry = step(odometry, imu_quat_w, ang_vel_b, body)       # every 20 ms
    state = estimated_state(odometry, body, last_action)         # tracking.estimated: a RobotState for observations

The estimate is in the world of the pose given to `start`: hand it the reference's first pose and the goals, which are
in the reference's world, compare with it directly. Readings with noise and drift come from `tracking.sensor_noise`,
one robot's run-time from `sim.estimator`, the environment's bookkeeping from `learning.env.estimate`.
"""

from __future__ import annotations

from dataclasses import dataclass

from genmimic import rotation
from genmimic.robot import mirror
from genmimic.rotation import Array
from genmimic.tracking.body_motion import BodyMotion
from genmimic.tracking.frames import projected_gravity_b

STEP = 0.02
"""Length of a control step, seconds."""


@dataclass(frozen=True)
class OdometryGains:
    """How far each reading is believed; chosen on rollouts of training clips (docs/odometry.md).

    Attributes:
        tilt: Share of the IMU's tilt taken in each step, the rest is the gyro's: 0.05 averages over 0.4 s. 1 takes the
            IMU's as it is.
        clearance: A foot this much above the other one, metres, is e times less likely to stand.
        clearance_rate: Share of the newest clearance in the smoothed one.
        slip: A sole that moves this fast, m/s, is e times less likely to stand.
        slip_rate: Share of the newest slip in the smoothed one.
        edge: A corner this much above its foot's lowest one, metres, is e times less likely to touch.
        position: Share of the anchors' correction of the horizontal position taken in each step.
        height: Likewise of the floor's correction of the height.
        velocity: Share of the legs' velocity taken in each step.
    """

    tilt: float = 0.05
    clearance: float = 0.004
    clearance_rate: float = 0.7
    slip: float = 0.1
    slip_rate: float = 0.5
    edge: float = 0.01
    position: float = 0.5
    height: float = 0.3
    velocity: float = 0.15


DEFAULT_GAINS = OdometryGains()


@dataclass(frozen=True)
class Odometry:
    """What is estimated, and remembered for it.

    Attributes:
        root_pos_w: Pelvis origin, (..., 3), metres; the height is above the floor that the feet stand on.
        root_quat_w: Pelvis orientation, (..., 4).
        root_lin_vel_w: (..., 3), m/s.
        ang_vel_b: Angular velocity of the pelvis as last read, (..., 3), rad/s.
        gravity_b: Smoothed direction of gravity in the pelvis frame, (..., 3).
        alignment_w: Turn about the vertical from the IMU's world to the estimate's, (..., 4).
        anchor_w: Where the corners of both soles stand, (..., 2, 4, 3), metres.
        clearance: Smoothed height of each foot above the lower one, (..., 2), metres.
        slip_w: Smoothed velocity of each foot's sole on the floor, (..., 2, 3), m/s.
        stance: How far each foot stands rather than the other, (..., 2), from 0 to 1; one of them is 1.
    """

    root_pos_w: Array
    root_quat_w: Array
    root_lin_vel_w: Array
    ang_vel_b: Array
    gravity_b: Array
    alignment_w: Array
    anchor_w: Array
    clearance: Array
    slip_w: Array
    stance: Array


def start(
    imu_quat_w: Array,
    ang_vel_b: Array,
    body: BodyMotion,
    root_pos_w: Array,
    root_quat_w: Array,
    root_lin_vel_w: Array | None = None,
) -> Odometry:
    """Estimate of a robot whose place and heading are known, at rest or moving.

    Args:
        imu_quat_w: The IMU's orientation of the pelvis, (..., 4): right in tilt, its yaw from any direction.
        ang_vel_b: The gyro, (..., 3), rad/s, pelvis frame.
        body: From the encoders.
        root_pos_w: Where the pelvis is taken to be, (..., 3), metres; the height is found from the soles.
        root_quat_w: Its heading is taken from this, (..., 4).
        root_lin_vel_w: Its velocity, (..., 3), m/s; as the legs tell it if None.
    """
    xp = rotation.namespace(imu_quat_w)
    alignment_w = rotation.multiply(rotation.heading(root_quat_w), rotation.conjugate(rotation.heading(imu_quat_w)))
    gravity_b = projected_gravity_b(imu_quat_w)
    quat_w = _oriented(alignment_w, imu_quat_w, gravity_b)
    sole_pos_w, sole_vel_w = _soles(quat_w, ang_vel_b, body)
    foot_height = _lowest(sole_pos_w[..., 2])
    clearance = foot_height - _lowest(foot_height)[..., None]
    stance, weight, _ = _contacts(clearance, xp.zeros_like(clearance), sole_pos_w, DEFAULT_GAINS)
    floor = (weight * sole_pos_w[..., 2]).sum((-2, -1))
    pos_w = xp.concatenate([root_pos_w[..., :2], -floor[..., None]], -1)
    return Odometry(
        root_pos_w=pos_w,
        root_quat_w=quat_w,
        root_lin_vel_w=-(weight[..., None] * sole_vel_w).sum((-3, -2)) if root_lin_vel_w is None else root_lin_vel_w,
        ang_vel_b=ang_vel_b,
        gravity_b=gravity_b,
        alignment_w=alignment_w,
        anchor_w=pos_w[..., None, None, :] + sole_pos_w,
        clearance=clearance,
        slip_w=xp.zeros_like(sole_pos_w[..., 0, :]),
        stance=stance,
    )


def step(
    odometry: Odometry,
    imu_quat_w: Array,
    ang_vel_b: Array,
    body: BodyMotion,
    gains: OdometryGains = DEFAULT_GAINS,
) -> Odometry:
    """Advance by one control step of 20 ms; arguments as in `start`."""
    xp = rotation.namespace(imu_quat_w)
    gravity_b = _turned_gravity(odometry, imu_quat_w, ang_vel_b, gains.tilt)
    quat_w = _oriented(odometry.alignment_w, imu_quat_w, gravity_b)
    sole_pos_w, sole_vel_w = _soles(quat_w, ang_vel_b, body)
    foot_height = _lowest(sole_pos_w[..., 2])
    above = foot_height - _lowest(foot_height)[..., None]
    clearance = odometry.clearance + gains.clearance_rate * (above - odometry.clearance)
    edge = _shares(_touching(sole_pos_w, gains))
    foot_vel_w = (edge[..., None] * sole_vel_w).sum(-2)
    slip_w = odometry.root_lin_vel_w[..., None, :] + foot_vel_w
    slip_w = odometry.slip_w + gains.slip_rate * (slip_w - odometry.slip_w)
    stance, weight, touching = _contacts(clearance, (slip_w * slip_w).sum(-1) ** 0.5, sole_pos_w, gains)
    legs_vel_w = -(_shares(stance)[..., None] * foot_vel_w).sum(-2)
    lin_vel_w = odometry.root_lin_vel_w + gains.velocity * (legs_vel_w - odometry.root_lin_vel_w)
    moved = odometry.root_pos_w + 0.5 * STEP * (odometry.root_lin_vel_w + lin_vel_w)
    anchored = (weight[..., None] * (odometry.anchor_w - sole_pos_w)).sum((-3, -2))
    floor = (weight * sole_pos_w[..., 2]).sum((-2, -1))
    pos_w = xp.concatenate(
        [
            moved[..., :2] + gains.position * (anchored - moved)[..., :2],
            (moved[..., 2] + gains.height * (-floor - moved[..., 2]))[..., None],
        ],
        -1,
    )
    follows = 1.0 - stance[..., None] * touching
    now_w = pos_w[..., None, None, :] + sole_pos_w
    return Odometry(
        root_pos_w=pos_w,
        root_quat_w=quat_w,
        root_lin_vel_w=lin_vel_w,
        ang_vel_b=ang_vel_b,
        gravity_b=gravity_b,
        alignment_w=odometry.alignment_w,
        anchor_w=odometry.anchor_w + follows[..., None] * (now_w - odometry.anchor_w),
        clearance=clearance,
        slip_w=slip_w,
        stance=stance,
    )


def mirror_odometry(odometry: Odometry) -> Odometry:
    """Odometry of the mirrored robot: stepping it with mirrored readings is mirroring the next one."""
    feet = list(mirror.FOOT_PERMUTATION)
    return Odometry(
        root_pos_w=mirror.mirror_vector(odometry.root_pos_w),
        root_quat_w=mirror.mirror_quat(odometry.root_quat_w),
        root_lin_vel_w=mirror.mirror_vector(odometry.root_lin_vel_w),
        ang_vel_b=mirror.mirror_axial(odometry.ang_vel_b),
        gravity_b=mirror.mirror_vector(odometry.gravity_b),
        alignment_w=mirror.mirror_quat(odometry.alignment_w),
        anchor_w=mirror.mirror_vector(odometry.anchor_w[..., feet, :, :]),
        clearance=mirror.mirror_feet(odometry.clearance),
        slip_w=mirror.mirror_vector(odometry.slip_w[..., feet, :]),
        stance=mirror.mirror_feet(odometry.stance),
    )


def _turned_gravity(odometry: Odometry, imu_quat_w: Array, ang_vel_b: Array, share: float) -> Array:
    """Gravity's direction carried on by the gyro, with a share of the IMU's own (a complementary filter)."""
    mean_ang_vel_b = 0.5 * (odometry.ang_vel_b + ang_vel_b)
    turned = odometry.gravity_b - STEP * rotation.cross(mean_ang_vel_b, odometry.gravity_b)
    return rotation.unit(turned + share * (projected_gravity_b(imu_quat_w) - turned))


def _oriented(alignment_w: Array, imu_quat_w: Array, gravity_b: Array) -> Array:
    """Orientation (..., 4) of the IMU's yaw and of gravity's direction (..., 3)."""
    xp = rotation.namespace(gravity_b)
    w, i, j, k = imu_quat_w[..., 0], imu_quat_w[..., 1], imu_quat_w[..., 2], imu_quat_w[..., 3]
    x, y, z = gravity_b[..., 0], gravity_b[..., 1], gravity_b[..., 2]
    half_yaw = 0.5 * xp.arctan2(2 * (w * k + i * j), 1 - 2 * (j * j + k * k))
    half_pitch = 0.5 * xp.arctan2(x, (y * y + z * z) ** 0.5)
    half_roll = 0.5 * xp.arctan2(-y, -z)
    (cp, sp), (cr, sr) = (xp.cos(half_pitch), xp.sin(half_pitch)), (xp.cos(half_roll), xp.sin(half_roll))
    # both turns about the vertical as one, then the tilt: products of quaternions without their zeros
    cy, sy = xp.cos(half_yaw), xp.sin(half_yaw)
    c, s = alignment_w[..., 0], alignment_w[..., 3]
    c, s = c * cy - s * sy, c * sy + s * cy
    qw, qx, qy, qz = cp * cr, cp * sr, sp * cr, -sp * sr
    return xp.stack([c * qw - s * qz, c * qx - s * qy, c * qy + s * qx, c * qz + s * qw], -1)


def _soles(quat_w: Array, ang_vel_b: Array, body: BodyMotion) -> tuple[Array, Array]:
    """Corners (..., 2, 4, 3) relative to the pelvis along the world's axes, metres, and how they move, m/s."""
    vel_b = body.sole_vel_b + rotation.cross(ang_vel_b[..., None, None, :], body.sole_pos_b)
    # together: for a single robot the number of calls counts
    both = rotation.namespace(vel_b).stack([body.sole_pos_b, vel_b], -4)
    both = rotation.rotate(quat_w[..., None, None, None, :], both)
    return both[..., 0, :, :, :], both[..., 1, :, :, :]


def _contacts(clearance: Array, slip: Array, sole_pos_w: Array, gains: OdometryGains) -> tuple[Array, ...]:
    """How far each foot stands (..., 2), the corners' shares of the weight and how far they touch (..., 2, 4)."""
    xp = rotation.namespace(clearance)
    doubt = clearance / gains.clearance + slip / gains.slip
    stance = xp.exp(_lowest(doubt)[..., None] - doubt)
    touching = _touching(sole_pos_w, gains)
    return stance, _shares(stance)[..., None] * _shares(touching), touching


def _touching(sole_pos_w: Array, gains: OdometryGains) -> Array:
    height = sole_pos_w[..., 2]
    return rotation.namespace(height).exp((_lowest(height)[..., None] - height) / gains.edge)


def _shares(weights: Array) -> Array:
    return weights / weights.sum(-1)[..., None]


def _lowest(x: Array) -> Array:
    """Smallest along the last axis, (...)."""
    return x.min(-1) if rotation.namespace(x).__name__ == "numpy" else x.amin(-1)
