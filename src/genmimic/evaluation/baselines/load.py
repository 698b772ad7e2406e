"""Which foreign tracker is meant: a file, and a layout by name, by JSON file or by the number of its inputs."""

from __future__ import annotations

from pathlib import Path

from genmimic.errors import InputError
from genmimic.evaluation.baselines.known import LAYOUTS
from genmimic.evaluation.baselines.layout import ForeignLayout
from genmimic.evaluation.baselines.layout_file import read_layout
from genmimic.evaluation.baselines.tracker import ForeignTracker
from genmimic.sim.onnx_network import open_network, port_sizes


def load_baseline(
    path: str | Path,
    layout: str | Path | ForeignLayout | None = None,
    *,
    noise: float = 0.0,
    goal_noise: float | None = None,
    seed: int = 0,
) -> ForeignTracker:
    """Load a foreign tracker.

    Args:
        path: The ONNX file; 'NAME:FILE' names the layout, too.
        layout: A layout, its JSON file, or a name of `known.LAYOUTS`. None: FILE.json beside the network (as
            'policy.onnx.json'), else the one known layout that has the network's numbers of inputs and outputs.
        noise: Scale of the sensor noise of table 8.
        goal_noise: Scale of the noise of goal joints; that of the sensors if None.
        seed: Seed of that noise.

    Raises:
        InputError: A file is missing or damaged, no layout is known, or network and layout do not fit together.
    """
    named, _, rest = str(path).partition(":")
    if layout is None and rest and named in LAYOUTS:
        path, layout = rest, named
    return ForeignTracker(path, _layout_of(Path(path), layout), noise=noise, goal_noise=goal_noise, seed=seed)


def is_baseline(path: str | Path) -> bool:
    """Whether a path names a layout, has one beside it, or is a network of a known layout's size without our metadata.

    Raises:
        InputError: The network is missing or damaged.
    """
    if str(path).partition(":")[0] in LAYOUTS or beside(Path(path)).is_file():
        return True
    session = open_network(path)
    ours = "observations" in session.get_modelmeta().custom_metadata_map
    return not ours and _known(port_sizes(session)) is not None


def beside(path: Path) -> Path:
    """Where a network's layout is looked for."""
    return path.with_name(path.name + ".json")


def _layout_of(path: Path, layout: str | Path | ForeignLayout | None) -> ForeignLayout:
    if isinstance(layout, ForeignLayout):
        return layout
    if layout is not None:
        return LAYOUTS[str(layout)] if str(layout) in LAYOUTS else read_layout(layout)
    if beside(path).is_file():
        return read_layout(beside(path))
    sizes = port_sizes(open_network(path))
    known = _known(sizes)
    if known is None:
        raise InputError(
            f"{path}: maps {sizes[0]} numbers to {sizes[1]}, which none of the known layouts {sorted(LAYOUTS)} does; "
            f"describe it in {beside(path).name} (docs/baselines.md)."
        )
    return known


def _known(sizes: tuple[int | None, int | None]) -> ForeignLayout | None:
    fitting = [layout for layout in LAYOUTS.values() if (layout.observation_size, layout.joints) == sizes]
    return fitting[0] if len(fitting) == 1 else None
