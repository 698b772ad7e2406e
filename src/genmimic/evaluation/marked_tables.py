"""Tables put into a Markdown page between marks, so that the words around them stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from genmimic.errors import InputError

_MARK = re.compile(r"(<!-- genmimic tables: (?P<name>[^>]+?) -->\n).*?(<!-- end of (?P=name) -->)", re.DOTALL)


def fill(page: str, tables: Mapping[str, str], origin: str) -> str:
    """Replace what stands between each pair of marks.

    Args:
        page: Markdown with `<!-- genmimic tables: NAME -->` and `<!-- end of NAME -->`, each on a line of its own.
        tables: What to put there, by name.
        origin: Where the page is from, for messages.

    Raises:
        InputError: There are no such marks, or one names no table.
    """
    names = [match["name"] for match in _MARK.finditer(page)]
    if not names:
        raise InputError(
            f"{origin}: holds no marks to put tables between; write '<!-- genmimic tables: table 1 -->' and "
            "'<!-- end of table 1 -->' on lines of their own."
        )
    unknown = [name for name in names if name not in tables]
    if unknown:
        raise InputError(f"{origin}: marks a place for '{unknown[0]}'; there is {', '.join(tables)}.")
    return _MARK.sub(lambda match: f"{match[1]}{tables[match['name']]}\n{match[3]}", page)
