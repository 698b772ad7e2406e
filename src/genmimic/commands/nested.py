"""Commands that have commands of their own (`genmimic dataset build`, `genmimic bench info`)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def later(command: Callable[..., int]) -> Any:
    """The command with its arguments, not yet run: tyro takes errors of nested commands for misspelt options."""

    @functools.wraps(command)
    def prepare(*arguments: Any, **options: Any) -> Callable[[], int]:
        return functools.partial(command, *arguments, **options)

    return prepare
