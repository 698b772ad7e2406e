"""Parts that the self-contained pages share."""

from __future__ import annotations

from importlib import resources
from string import Template


def asset(name: str) -> Template:
    """A file of `view/assets`."""
    return Template((resources.files("genmimic.view") / "assets" / name).read_text(encoding="utf-8"))


def script(name: str) -> str:
    """A page's own script behind the one that switches between light and dark."""
    return asset("theme.js").template + asset(name).template
