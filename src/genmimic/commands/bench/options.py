"""Options that several of its commands share."""

from __future__ import annotations

from typing import Annotated

from genmimic.commands.options import plain

Only = Annotated[str, plain("TEXT", "Only entries with this in their names, such as wan-s1 or touch_head.")]
