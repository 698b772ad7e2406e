"""What a clip may be used for, from its licence."""

from __future__ import annotations

import re

PERMISSIVE, OUT_OF_DISTRIBUTION, OWN = "permissive", "test-ood", "own"
"""Free of non-commercial strings, so that released policies may be trained on it; never trained on, only tested; and
a user's own data, whose licence we do not know."""

_NON_COMMERCIAL = re.compile(r"\bNC\b|non-?\s?commercial|research (use|purposes) only", re.IGNORECASE)
_PERMISSIVE = re.compile(
    r"\bMIT\b|Apache|\bBSD\b|\bCC0\b|\bCC[ -]BY\b|public domain|free to use, copy, modify and redistribute",
    re.IGNORECASE,
)


def tier_of(licence: str) -> str:
    """The tier that a licence allows."""
    if _NON_COMMERCIAL.search(licence):
        return OUT_OF_DISTRIBUTION
    return PERMISSIVE if _PERMISSIVE.search(licence) else OWN
