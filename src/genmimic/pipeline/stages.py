"""The five stages as a list: video -> human -> reference -> robot -> side-by-side video -> report."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from genmimic.pipeline import policies, summaries
from genmimic.pipeline.execute import Job, Stage
from genmimic.pipeline.progress import Advance
from genmimic.pipeline.settings import Settings

if TYPE_CHECKING:
    from genmimic.sim.controller import Controller

STUDENT = "robot_student.npz"
"""What the robot did on its own sensors, beside the teacher's `robot.npz`."""
ROLLOUTS = ("robot.npz", STUDENT)
VERDICTS = ("verdict", "verdict_student")


def _reconstruct(job: Job) -> dict[str, Any]:
    from genmimic.human.reconstruct import ReconstructConfig, reconstruct, save_reconstruction
    from genmimic.motion.amass import save_amass

    settings = job.settings
    config = ReconstructConfig(
        start=settings.start,
        end=settings.end,
        crop=settings.crop,
        fps=settings.fps,
        person=settings.person,
        height=settings.height,
        focal_px=settings.focal,
    )
    reconstruction = reconstruct(job.inputs["video"], config, job.progress)
    reconstruction = replace(reconstruction, human=replace(reconstruction.human, name=job.name))
    save_reconstruction(reconstruction, job.outputs["human.npz"])
    save_amass(reconstruction.human, job.outputs["human_amass.npz"])
    return summaries.of_reconstruction(reconstruction)


def _retarget(job: Job) -> dict[str, Any]:
    from genmimic.motion.files import load_human, save_robot
    from genmimic.motion.unitree_csv import save_unitree_csv
    from genmimic.retarget import retarget

    retargeted = retarget(load_human(job.inputs["human.npz"]), progress=job.progress)
    save_robot(retargeted.motion, job.outputs["reference.npz"])
    save_unitree_csv(retargeted.motion, job.outputs["reference.csv"], job.settings.dof)
    return summaries.of_retargeting(retargeted)


def _simulate(job: Job) -> dict[str, Any]:
    from genmimic.motion.files import load_robot
    from genmimic.sim.rollout import SimConfig, save_rollout, simulate
    from genmimic.sim.world import Physics

    settings, reference = job.settings, load_robot(job.inputs["reference.npz"])
    config = SimConfig(Physics(settings.friction, settings.motor_strength, settings.delay_steps))
    controllers = _controllers(job)
    rollouts = []
    for index, controller in enumerate(controllers):
        share = _share(job.progress, index, len(controllers))
        rollouts.append(simulate(reference, controller, config, share))
    for file, rollout in zip(ROLLOUTS, rollouts, strict=False):
        save_rollout(rollout, job.outputs[file])
    metrics = summaries.of_run(job.name, job.summaries, *rollouts)
    job.outputs["metrics.json"].write_text(json.dumps(metrics, indent=2, allow_nan=False) + "\n")
    return metrics["robot"]


def _controllers(job: Job) -> list[Controller]:
    """What drives the robot: one controller per rollout."""
    from genmimic.sim.gantry import Gantry
    from genmimic.sim.policy import Policy

    files = [job.inputs[name] for name in policies.INPUTS if name in job.inputs]
    return [Policy(file, noise=job.settings.noise, goal_noise=0.0, seed=job.settings.seed) for file in files] or [
        Gantry()
    ]


def _share(progress: Advance, part: int, parts: int) -> Advance:
    """Progress of one of several equally long parts."""
    return lambda done, total: progress(part * total + done, parts * total)


def _video(job: Job) -> dict[str, Any]:
    from genmimic.human.reconstruct import load_reconstruction
    from genmimic.human.video import open_video
    from genmimic.motion.files import load_robot
    from genmimic.sim.rollout import load_rollout
    from genmimic.view.side_by_side import write_video

    settings = job.settings
    metrics = json.loads(job.inputs["metrics.json"].read_text())
    write_video(
        job.outputs["video.mp4"],
        open_video(job.inputs["video"], settings.start, settings.end, settings.crop, settings.fps),
        load_reconstruction(job.inputs["human.npz"]),
        load_robot(job.inputs["reference.npz"]),
        load_rollout(job.inputs["robot.npz"]),
        job.progress,
        student=load_rollout(job.inputs[STUDENT]) if STUDENT in job.inputs else None,
        verdicts=[(metrics[key]["kind"], metrics[key]["sentence"]) for key in VERDICTS if key in metrics],
    )
    return {}


def _report(job: Job) -> dict[str, Any]:
    from genmimic.human.reconstruct import load_reconstruction
    from genmimic.motion.files import load_robot
    from genmimic.sim.rollout import load_rollout
    from genmimic.view.report import write_report

    write_report(
        job.outputs["report.html"],
        reconstruction=load_reconstruction(job.inputs["human.npz"]),
        reference=load_robot(job.inputs["reference.npz"]),
        rollout=load_rollout(job.inputs["robot.npz"]),
        student=load_rollout(job.inputs[STUDENT]) if STUDENT in job.inputs else None,
        metrics=json.loads(job.inputs["metrics.json"].read_text()),
        video=job.inputs.get("video.mp4"),
        stage_seconds=job.seconds,
        settings=asdict(job.settings),
    )
    return {}


_MOTION = ("motion", "robot", "rotation")

STAGES: tuple[Stage, ...] = (
    Stage(
        name="reconstruct",
        inputs=("video",),
        outputs=("human.npz", "human_amass.npz"),
        settings=("start", "end", "crop", "fps", "person", "height", "focal"),
        packages=("human", *_MOTION),
        work=_reconstruct,
    ),
    Stage(
        name="retarget",
        inputs=("human.npz",),
        outputs=("reference.npz", "reference.csv"),
        settings=("dof",),
        packages=("retarget", *_MOTION),
        work=_retarget,
    ),
    Stage(
        name="simulate",
        inputs=("reference.npz",),
        optional_inputs=policies.INPUTS,
        outputs=("robot.npz", "metrics.json"),
        optional_outputs=(STUDENT,),
        settings=("controller", "policy", "friction", "motor_strength", "delay_steps", "noise", "seed"),
        packages=("sim", "tracking", "evaluation", *_MOTION),
        work=_simulate,
        reads_summaries=("reconstruct", "retarget"),
    ),
    Stage(
        name="video",
        inputs=("video", "human.npz", "reference.npz", "robot.npz", "metrics.json"),
        optional_inputs=(STUDENT,),
        outputs=("video.mp4",),
        settings=("start", "end", "crop", "fps"),
        packages=("view", *_MOTION),
        work=_video,
    ),
    Stage(
        name="report",
        inputs=("human.npz", "reference.npz", "robot.npz", "metrics.json"),
        optional_inputs=(STUDENT, "video.mp4"),
        outputs=("report.html",),
        settings=tuple(field.name for field in fields(Settings)),
        packages=("view", *_MOTION),
        work=_report,
    ),
)
