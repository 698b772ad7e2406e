"""Which exceptions are not bugs, and the one sentence that each deserves."""

from __future__ import annotations

import errno

from genmimic.errors import InputError

_REASONS = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder with --out",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another folder with --out",
    errno.EFBIG: "the file would be larger than allowed here: choose another folder with --out",
    errno.EACCES: "permission denied: choose a folder that you may write to with --out",
    errno.EPERM: "operation not permitted: choose a folder that you may write to with --out",
    errno.EROFS: "the file system is read-only: choose another folder with --out",
    errno.ENOTDIR: "a part of this path is a file, not a folder: choose another folder with --out",
    errno.EEXIST: "a file is in the way of a folder: choose another folder with --out",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one with --name",
}


def explain(error: BaseException) -> str | None:
    """Return one sentence for the user's own errors (bad input, disk full, no permission), None for bugs."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno in _REASONS:
        return f"{error.filename or 'output'}: {_REASONS[error.errno]}."
    return None
