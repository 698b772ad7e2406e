"""Write the card of a released policy: every number comes from its file and from what training and evaluation left.

    python tools/model_card.py src/genmimic/assets/policies/teacher.onnx --checkpoint checkpoints/teacher.pt \
        --curves checkpoints/teacher.curves.jsonl --corpus corpora/permissive_v1.npz \
        --results results/*.json --timing step.json --out docs/models/teacher.md

Results and timings of another file than this policy, by checksum, are refused; sections without a source are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from genmimic.errors import InputError
from genmimic.evaluation import text_tables
from genmimic.evaluation.results import load_results
from genmimic.learning.checkpoint import load_checkpoint
from genmimic.learning.experiment import training_and_test_clips
from genmimic.learning.progress import read_curves
from genmimic.motion.corpus import load_corpus
from genmimic.motion.files import atomic_path
from genmimic.sim.policy_metadata import PolicyMetadata, from_entries
from genmimic.tracking.observations import layout_terms

ABOUT = {
    True: """A **privileged** policy: it observes the simulator's own state and parameters, which no robot can measure.
It is there to make physically plausible trajectories of references (`robot.npz` of `genmimic run`) and to teach
students. It cannot be deployed: `genmimic deploy` refuses it.""",
    False: """A policy that observes only what the robot has: joint encoders, the IMU, its own last action, the
reference. In simulation it reads simulated sensors with the noise of the paper's table 8 (`robot_student.npz` of
`genmimic run`).""",
}
LIMITS = {
    True: """- It follows whole-body motion on flat ground: no objects, stairs, seats, hands on furniture.
- References with errors (feet in the floor, jumps in time) are followed as far as balance allows.""",
    False: """- **Never run on a real robot.** Its sensors' noise is the paper's table 8, not measured on a G1.
- Flat ground; no objects, stairs, seats. It does not see where it steps.
- It begins where the reference begins, facing the same way; what it loses of that later it does not get back.""",
}
SHARED_LIMITS = """- The 23-DoF Unitree G1 with the gains above, 50 Hz. The runtime refuses other robots and rates.
- Figures are simulated, in the engine that they name; held-out motions are of the sources that it was trained on."""


def main() -> None:
    """Write the card that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("policy", type=Path, help="the ONNX file")
    parser.add_argument("--checkpoint", type=Path, help="the checkpoint that it was exported from")
    parser.add_argument("--curves", type=Path, help="curves.jsonl of its training")
    parser.add_argument("--corpus", type=Path, help="what it was trained on")
    parser.add_argument("--results", type=Path, nargs="*", default=[], help="results.json of genmimic evaluate")
    parser.add_argument("--timing", type=Path, help="what benchmarks/policy_step.py --json wrote")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model, digest = onnx.load(str(options.policy)), hashlib.sha256(options.policy.read_bytes()).hexdigest()
    about = from_entries(str(options.policy), {entry.key: entry.value for entry in model.metadata_props})
    sections = [
        f"# {options.out.stem.capitalize()}\n\n{ABOUT[about.privileged]}\n\n"
        "Written by `tools/model_card.py` from the files that it names; change those, not this page.",
        *network(options.policy, model, about, digest),
        *(training(options.checkpoint) if options.checkpoint else []),
        *(progress(options.curves) if options.curves else []),
        *(data(options.corpus) if options.corpus else []),
        *([f"## Figures\n\n{text_tables.SPREAD}"] if options.results else []),
        *(figures(path, digest) for path in options.results),
        *(timing(options.timing, digest) if options.timing else []),
        f"## Limits\n\n{LIMITS[about.privileged]}\n{SHARED_LIMITS}",
        "## Licence\n\nThe weights are licensed like the code, Apache-2.0. What the data's licences ask for is in "
        "[corpora/README.md](../../corpora/README.md) and `NOTICE`; none is non-commercial.",
    ]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(options.out) as temporary:
        temporary.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def network(path: Path, model: Any, about: PolicyMetadata, digest: str) -> list[str]:
    """What is in the file."""
    weights = [tuple(tensor.dims) for tensor in model.graph.initializer if tensor.name.startswith("weight")]
    parameters = sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer)
    widths = [weights[0][1], *(rows for rows, _ in weights)]
    facts = [
        ["file", f"`{path.name}`, {path.stat().st_size / 1e6:.1f} MB, sha256 `{digest[:16]}`"],
        ["its own name", about.name],
        ["network", f"{' - '.join(map(str, widths))}, {parameters / 1e6:.2f} M parameters, float32"],
        [
            "state",
            "estimated by leg odometry and IMU" if about.estimated_state else "as the simulator or the IMU has it",
        ],
        ["goal frames", f"{', '.join(map(str, about.goal_steps))} steps of 20 ms ahead"],
        [
            "action",
            f"joint targets: default pose + {about.action_scale:g} rad x action, clipped at {about.action_clip:g}",
        ],
        ["rates", f"control {about.control_hz:g} Hz, physics of training {about.physics_hz:g} Hz"],
        [
            "stiffness",
            f"{about.kp.min():g} to {about.kp.max():g} N m/rad, damping {about.kd.min():g} to {about.kd.max():g}",
        ],
    ]
    terms = layout_terms(about.observations)
    rows = [
        [f"`{name}`", str(steps), str(term.size * steps)]
        for term, (name, steps) in zip(terms, about.observations, strict=True)
    ]
    total = ["all", "", str(about.observation_size)]
    return [
        "## What it is\n\n" + text_tables.markdown([["", ""], *facts]),
        "## What it observes\n\n" + text_tables.markdown([["term", "steps", "numbers"], *rows, total]),
    ]


def training(path: Path) -> list[str]:
    """How it was trained, from its checkpoint."""
    checkpoint = load_checkpoint(path)
    learner, env = json.loads(checkpoint.train_config.to_json()), json.loads(checkpoint.env_config)
    noise, draws = env["video_noise"], env["randomization"]
    names = ("envs", "steps", "epochs", "minibatch", "gamma", "gae_lambda", "entropy", "symmetry", "hidden")
    facts = [
        ["corpus", f"`{checkpoint.corpus.name}`, tiers: {', '.join(checkpoint.corpus.tiers) or 'unknown'}"],
        ["revision", f"`{checkpoint.revision[:12]}`"],
        *([name.replace("_", " "), _text(learner[name])] for name in names if name in learner),
        *(
            [f"distillation: {name}".replace("_", " "), _text(value)]
            for name, value in _flat(learner.get("distillation"))
        ),
        *([f"video noise: {name}".replace("_", " "), _text(noise[name])] for name in ("severity",) if name in noise),
        *(
            [f"noise of its sensors: {name}".replace("_", " "), f"{value:.3g}"]
            for name, value in _flat(env.get("sensors"))
        ),
        *([f"randomization: {name}".replace("_", " "), _text(value)] for name, value in draws.items()),
    ]
    return ["## Training\n\n" + text_tables.markdown([["setting", "value"], *facts])]


def progress(path: Path) -> list[str]:
    """How far training went, from its curves."""
    rows = read_curves(path)
    last, tests = rows[-1], [row for row in rows if "SR" in row or "noisy_SR" in row]
    text = (
        f"{last['samples'] / 1e6:.0f} M samples, {last['iteration']} iterations, {last['seconds'] / 60:.1f} minutes of "
        "the device."
    )
    if tests:
        names = [name for name in tests[-1] if name.split("_")[-1] == "cm" or name.endswith("SR")]
        table = [
            ["M samples", *names],
            *(
                [f"{row['samples'] / 1e6:.0f}", *(f"{row.get(name, float('nan')):.3f}" for name in names)]
                for row in tests
            ),
        ]
        text += " Validation on held-out clips in mujoco-warp (SR as a share; `noisy`: with video noise):\n\n"
        text += text_tables.markdown(table)
    return [text]


def data(path: Path) -> list[str]:
    """What it was trained on: the corpus' training split by source, with licences."""
    train, _ = training_and_test_clips(load_corpus(path), str(path))
    sources, rows = np.array(train.sources), []
    for source in sorted(set(train.sources)):
        mine = np.nonzero(sources == source)[0]
        licences = sorted({train.licences[i] for i in mine})
        tiers = sorted({train.tiers[i] for i in mine})
        minutes = f"{train.lengths[mine].sum() / train.fps / 60.0:.1f}"
        rows.append([source, str(len(mine)), minutes, ", ".join(tiers), "<br>".join(licences)])
    total = ["all", str(len(train)), f"{train.lengths.sum() / train.fps / 60.0:.1f}", "", ""]
    table = text_tables.markdown([["source", "clips", "minutes", "tier", "licence"], *rows, total])
    return [f"## Data\n\nThe training split of `{path.name}`, before mirroring:\n\n{table}"]


def figures(path: Path, digest: str) -> str:
    """What an evaluation found, if it was of this very file."""
    content = load_results(path)
    mine = [policy for policy in content["policies"] if policy["sha256"] == digest]
    if not mine:
        raise InputError(f"{path}: evaluates other files than this policy (sha256 {digest[:16]}); evaluate it again.")
    content = content | {"policies": mine}
    tables = [
        text_tables.overview(content),
        *(text_tables.groups(mine[0], tag) for tag in text_tables.tags_of(mine[0])),
    ]
    settings = content["settings"]
    heading = f"### {content['set']['name']}, video noise {settings['video_severity']:g}"
    return "\n\n".join([heading, text_tables.conditions(content), *(text_tables.markdown(t) for t in tables[:2])])


def timing(path: Path, digest: str) -> list[str]:
    """How long a step takes, if it was measured with this very file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = [row for row in content["rows"] if row["sha256"] == digest]
    if not rows:
        raise InputError(f"{path}: times other files than this policy (sha256 {digest[:16]}); time it again.")
    names = ("p1_ms", "p50_ms", "p99_ms", "p999_ms")
    cells = [*(f"{rows[0][name]:.3f}" for name in names), str(rows[0]["steps"]), str(rows[0]["growth_kib"])]
    table = text_tables.markdown(
        [["fastest 1 %, ms", "median", "99 %", "99.9 %", "steps", "memory growth, KiB"], cells]
    )
    return [f"## One control step on one core\n\n{table}\n\n{content['machine']}."]


def _flat(values: Any) -> Sequence[tuple[str, Any]]:
    return tuple(values.items()) if isinstance(values, dict) else ()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    is_checksum = isinstance(value, str) and len(value) == 64
    return f"`{value[:16]}`" if is_checksum else str(value)


if __name__ == "__main__":
    main()
