"""`genmimic bench info | export | prompts | download | generate | build`."""

from __future__ import annotations

from typing import Annotated, Any

from tyro.conf import OmitArgPrefixes, OmitSubcommandPrefixes, subcommand

from genmimic.commands.bench.contents import export, info
from genmimic.commands.bench.simulated import build
from genmimic.commands.bench.videos import download, generate, prompts
from genmimic.commands.nested import later

_Action = (
    Annotated[Any, subcommand(name="info", constructor=later(info))]
    | Annotated[Any, subcommand(name="export", constructor=later(export))]
    | Annotated[Any, subcommand(name="prompts", constructor=later(prompts))]
    | Annotated[Any, subcommand(name="download", constructor=later(download))]
    | Annotated[Any, subcommand(name="generate", constructor=later(generate))]
    | Annotated[Any, subcommand(name="build", constructor=later(build))]
)


def bench(action: OmitArgPrefixes[OmitSubcommandPrefixes[_Action]]) -> int:  # type: ignore[valid-type]
    """GenMimicBench: look at it, fetch the published videos, make your own, build the simulated counterpart."""
    return action()
