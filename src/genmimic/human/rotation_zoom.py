"""A camera that turns and zooms without moving from its place: the model that maps its pictures onto each other.

A pixel p of frame t and the pixel q of frame 0 that shows the same point of the background are related by
q ~ K(f_0) R_t K(f_0 * zoom_t)^-1 p, where K holds the focal length and the picture's centre, and R_t (3, 3) turns a
direction given in camera t (x right, y down, z forward) into camera 0.
"""

from __future__ import annotations

import cv2
import numpy as np

_ITERATIONS = 6


def camera_matrix(focal_px: float, image_size: tuple[int, int]) -> np.ndarray:
    """Pinhole matrix (3, 3) with the principal point at the picture's centre (pixel centres are whole numbers)."""
    return np.array(
        [[focal_px, 0.0, (image_size[0] - 1) / 2.0], [0.0, focal_px, (image_size[1] - 1) / 2.0], [0.0, 0.0, 1.0]]
    )


def homography(rotation: np.ndarray, zoom: float, focal_px: float, image_size: tuple[int, int]) -> np.ndarray:
    """Mapping (3, 3) of pixels of frame t to pixels of frame 0, scaled so that its last entry is 1."""
    matrix = camera_matrix(focal_px, image_size)
    result = matrix @ rotation @ np.linalg.inv(camera_matrix(focal_px * zoom, image_size))
    return result / result[2, 2]


def apply_homography(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Map points (..., 2) by a homography (3, 3)."""
    mapped = points @ matrix[:2, :2].T + matrix[:2, 2]
    return mapped / (points @ matrix[2, :2] + matrix[2, 2])[..., None]


def fit_rotation_zoom(
    source: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    focal_px: float,
    image_size: tuple[int, int],
    start: tuple[np.ndarray, float],
    huber_px: float = 1.0,
) -> tuple[np.ndarray, float]:
    """Rotation (3, 3) and zoom that map `source` onto `target`, by Gauss-Newton on reprojection with Huber weights.

    Args:
        source: (N, 2) pixels of the moved camera.
        target: (N, 2) pixels of the reference camera, whose focal length is `focal_px`.
        weight: (N,) weights, at least 2 of them positive.
        focal_px: Focal length of the reference camera, pixels.
        image_size: Width and height, pixels.
        start: First guess.
        huber_px: Residual beyond which a point counts less.
    """
    centre = (np.array(image_size, dtype=np.float64) - 1.0) / 2.0
    rotation, log_zoom = start[0].copy(), float(np.log(start[1]))
    for _ in range(_ITERATIONS):
        ray = np.column_stack([(source - centre) / (focal_px * np.exp(log_zoom)), np.ones(len(source))]) @ rotation.T
        flat = ray[:, :2] / ray[:, 2:]
        residual = target - centre - focal_px * flat
        size = np.linalg.norm(residual, axis=1)
        w = weight * np.minimum(1.0, huber_px / np.maximum(size, 1e-9))
        # A small turn omega of the ray: d ray = omega x ray; a small zoom: d ray = -(x, y, 0) turned.
        x, y, z = ray.T
        wide, none = ray - rotation[:, 2], np.zeros(len(ray))
        d_ray = np.array([[none, z, -y, -wide[:, 0]], [-z, none, x, -wide[:, 1]], [y, -x, none, -wide[:, 2]]])
        jacobian = focal_px * (d_ray[:2] - flat.T[:, None] * d_ray[2]) / z
        jacobian = jacobian.transpose(0, 2, 1).reshape(-1, 4)
        weighted = jacobian * np.tile(w, 2)[:, None]
        normal = weighted.T @ jacobian
        step = np.linalg.solve(normal + 1e-9 * np.trace(normal) * np.eye(4), weighted.T @ residual.T.ravel())
        rotation = cv2.Rodrigues(step[:3])[0] @ rotation
        log_zoom += step[3]
        if np.abs(step).max() < 1e-6:
            break
    left, _, right = np.linalg.svd(rotation)  # products of many rotations drift away from being one
    return left @ right, float(np.exp(log_zoom))


def decompose_homographies(
    homographies: np.ndarray, focal_px: float, image_size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rotations and zooms nearest to measured homographies, for a given focal length.

    Args:
        homographies: (T, 3, 3) mapping pixels of frame t to pixels of frame 0.
        focal_px: Focal length in frame 0, pixels.
        image_size: Width and height, pixels.

    Returns:
        rotation: (T, 3, 3) turns a direction in camera t (x right, y down, z forward) into camera 0.
        zoom: (T,) focal length of frame t divided by that of frame 0.
        rms_px: (T,) misfit on a grid over the picture, pixels of frame 0; large where turning and zooming alone
            cannot explain the homography with this focal length.
    """
    grid = picture_grid(image_size)
    rotation, zoom, rms = np.tile(np.eye(3), (len(homographies), 1, 1)), np.ones(len(homographies)), []
    guess = (np.eye(3), 1.0)
    for t, matrix in enumerate(homographies):
        target = apply_homography(matrix, grid)
        guess = fit_rotation_zoom(grid, target, np.ones(len(grid)), focal_px, image_size, guess, huber_px=np.inf)
        rotation[t], zoom[t] = guess
        missed = apply_homography(homography(*guess, focal_px, image_size), grid) - target
        rms.append(np.sqrt((missed**2).sum(axis=1).mean()))
    return rotation, zoom, np.array(rms)


def picture_grid(image_size: tuple[int, int], columns: int = 6, rows: int = 4) -> np.ndarray:
    """Points (columns * rows, 2) spread over the picture, pixels."""
    x, y = np.meshgrid(np.linspace(0, image_size[0] - 1, columns), np.linspace(0, image_size[1] - 1, rows))
    return np.stack([x.ravel(), y.ravel()], axis=1)
