"""The command line: `genmimic run`, its stages, and the commands for corpora, training and other files of motion."""

# nothing heavy is imported up here, so that Ctrl-C during start-up is caught below like any other
from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

DESCRIPTION = """A video of a person in, a physically plausible Unitree G1 motion out.

examples:
  genmimic run examples/wave.mp4               everything: writes out/wave/
  genmimic view out/wave                       scrub through it in the browser
  genmimic run clips/ --jobs 2                 a folder of videos, two at a time
  genmimic import walk.bvh                     motion capture instead of a video
  genmimic dataset build mocap/                a corpus of robot motions
  genmimic train --corpus corpus.npz           a policy that tracks them, on a GPU
  genmimic distill --teacher runs/teacher ...  one that a real robot's sensors suffice for
  genmimic evaluate student --motions out/wave how well it does, tried 256 times
  genmimic deploy out/wave --rehearse          everything before a robot moves, in simulation
  genmimic doctor                              what is installed, what is missing
  genmimic COMMAND --help                      what else a command can do
"""
TERMINATED, INTERRUPTED, BAD_INPUT = 143, 130, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: Words after `genmimic`; those of the process by default.

    Returns:
        Exit code: 0 success, 2 bad input or unwritable output (one sentence on standard error), 130 Ctrl-C.
        A bug in genmimic keeps its traceback.
    """
    # unwinds the stack, so that half-written files are removed
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        return _dispatch(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        print("\ngenmimic: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away: nothing to tell, nobody to tell it to
        return 1
    except Exception as error:
        from genmimic.pipeline.output_errors import explain

        sentence = explain(error)
        if sentence is None:
            raise
        print(f"genmimic: {sentence}", file=sys.stderr)
        return BAD_INPUT
    finally:
        signal.signal(signal.SIGTERM, before)


def commands() -> dict[str, Callable[..., Any]]:
    """All commands by the names under which they are called, in the order in which they are listed."""
    from genmimic.commands.bench.group import bench
    from genmimic.commands.dataset import dataset
    from genmimic.commands.deploy import deploy
    from genmimic.commands.distill import distill
    from genmimic.commands.doctor import doctor
    from genmimic.commands.evaluate import evaluate
    from genmimic.commands.export import export
    from genmimic.commands.import_motion import import_motion
    from genmimic.commands.run import run
    from genmimic.commands.sim_robot import sim_robot
    from genmimic.commands.stages import reconstruct, retarget, simulate
    from genmimic.commands.tables import tables
    from genmimic.commands.train import train
    from genmimic.commands.view import view

    found: dict[str, Callable[..., Any]] = {
        command.__name__: command
        for command in (
            *(run, reconstruct, retarget, simulate, view, dataset, train, distill, evaluate, tables),
            *(bench, export, doctor),
        )
    }
    # Python keeps the word "import" to itself, and has no hyphens in names
    return found | {"import": import_motion, "deploy": deploy, "sim-robot": sim_robot}


def _dispatch(arguments: list[str]) -> int:
    import tyro

    from genmimic import __version__

    if arguments in (["--version"], ["-V"]):
        print(f"genmimic {__version__}")
        return 0
    known = commands()
    if arguments in ([], ["-h"], ["--help"]):
        known = {name: _in_a_line(command) for name, command in known.items()}
    code = tyro.extras.subcommand_cli_from_dict(
        known,
        prog="genmimic",
        description=DESCRIPTION,
        args=arguments or ["--help"],
        config=(tyro.conf.FlagCreatePairsOff,),
    )
    return int(code or 0)


def _in_a_line(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that tells of itself in one sentence, for the list of all."""

    @functools.wraps(command)
    def brief(*arguments: Any, **options: Any) -> Any:
        return command(*arguments, **options)

    brief.__doc__ = (command.__doc__ or "").partition("\n\n")[0]
    return brief
