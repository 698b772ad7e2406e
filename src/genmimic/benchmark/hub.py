"""Files of a public data set on the Hugging Face Hub, by plain HTTP: listed, fetched, resumed, checksummed."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from genmimic import __version__
from genmimic.errors import InputError

ENDPOINT = "https://huggingface.co"
MANIFEST = "genmimic_listing.json"
"""The list of files, with commit and checksums, that a download leaves in its folder."""
TRIES = 4
"""How often a file is begun or gone on with before its connection is given up."""
_TIMEOUT = 60.0
_CHUNK = 1 << 18


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set.

    Attributes:
        path: Within the data set.
        size: Bytes.
        sha256: Of the content; '' for a small file, whose content the Hub names by git's hash only.
        git_sha1: Git's hash of the file: of the content for a small file, of a pointer to it for a large one.
    """

    path: str
    size: int
    sha256: str
    git_sha1: str


@dataclass(frozen=True)
class Listing:
    """All files of a data set at one commit."""

    repo: str
    commit: str
    files: tuple[RemoteFile, ...]


def list_files(repo: str, revision: str = "main", endpoint: str = ENDPOINT) -> Listing:
    """The files of a data set, from the Hub's API.

    Raises:
        InputError: No connection, or there is no such data set, or it is not public.
    """
    api = f"{endpoint}/api/datasets/{urllib.parse.quote(repo)}"
    about, _ = _json(f"{api}/revision/{urllib.parse.quote(revision, safe='')}", repo)
    commit = str(about.get("sha", "")) if isinstance(about, dict) else ""
    if not re.fullmatch(r"[0-9a-f]{7,64}", commit):
        raise InputError(f"{repo}: the Hub names no commit of '{revision}'; check --repo and --revision.")
    files: list[RemoteFile] = []
    url: str | None = f"{api}/tree/{commit}?recursive=true"
    while url is not None:
        page, url = _json(url, repo)
        files += [_remote(repo, item) for item in page if item.get("type") == "file"]
    return Listing(repo, commit, tuple(files))


def fetch_file(
    listing: Listing,
    file: RemoteFile,
    folder: Path,
    endpoint: str = ENDPOINT,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Fetch one file, going on with what an earlier attempt left, and check its content.

    Args:
        listing: Of the data set.
        file: Which.
        folder: Where the data set goes; the file lies below it under its own path.
        endpoint: Of the Hub.
        progress: Called with the bytes that arrived since the last call.

    Returns:
        Its path, whose content is right.

    Raises:
        InputError: The connection fails again and again, the content is not what the Hub says, or the disk is full.
    """
    path = _inside(folder, file.path)
    if path.is_file() and is_intact(path, file):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    repo, name = urllib.parse.quote(listing.repo), urllib.parse.quote(file.path)
    url = f"{endpoint}/datasets/{repo}/resolve/{listing.commit}/{name}"
    trouble = ""
    for _ in range(TRIES):
        try:
            _receive(url, part, file.size, progress)
        except urllib.error.HTTPError as error:
            if error.code in (401, 403, 404):
                raise _refused(listing.repo, error.code) from error
            trouble = f"HTTP {error.code}"
            continue
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, OSError) and error.errno in (28, 122):
                raise InputError(f"{part}: cannot be written ({error.strerror}); make room and start again.") from error
            trouble = str(error) or type(error).__name__
            continue
        if part.stat().st_size < file.size:  # a connection that breaks off is no error to urllib
            trouble = "the connection broke off"
            continue
        if is_intact(part, file):
            os.replace(part, path)
            return path
        trouble = "its content does not have the checksum that the Hub states"
        part.unlink()
    raise InputError(f"{file.path}: could not be fetched ({trouble}); start again, what arrived is kept.")


def is_intact(path: Path, file: RemoteFile) -> bool:
    """Whether a local file has the size and the checksum that the Hub states."""
    if path.stat().st_size != file.size:
        return False
    with path.open("rb") as content:
        if file.sha256:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
        digest = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        for block in iter(lambda: content.read(_CHUNK), b""):
            digest.update(block)
        return digest.hexdigest() == file.git_sha1


def _receive(url: str, part: Path, size: int, progress: Callable[[int], None] | None) -> None:
    have = part.stat().st_size if part.is_file() else 0
    if have > size:
        part.unlink()
        have = 0
    if have == size and size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    with _open(url, headers) as answer:
        goes_on = have and answer.status == 206
        with part.open("ab" if goes_on else "wb") as out:
            if have and goes_on and progress is not None:
                progress(have)
            while block := answer.read(_CHUNK):
                out.write(block)
                if progress is not None:
                    progress(len(block))


def _open(url: str, headers: dict[str, str]) -> Any:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise InputError(f"{url}: is no web address; --endpoint begins with https://.")
    request = urllib.request.Request(url, headers={"User-Agent": f"genmimic/{__version__}", **headers})
    return urllib.request.urlopen(request, timeout=_TIMEOUT)


def _json(url: str, repo: str) -> tuple[Any, str | None]:
    """The answer, and the address of the next page where there is one."""
    try:
        with _open(url, {"Accept": "application/json"}) as answer:
            following = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers.get("Link", ""))
            return _parsed(answer, url), following.group(1) if following else None
    except urllib.error.HTTPError as error:
        raise _refused(repo, error.code) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise InputError(f"{url}: cannot be reached ({reason}); check the connection and start again.") from error


def _parsed(answer: BinaryIO, url: str) -> Any:
    try:
        return json.loads(answer.read())
    except ValueError as error:
        raise InputError(f"{url}: does not answer with JSON; is --endpoint a Hugging Face Hub?") from error


def _refused(repo: str, code: int) -> InputError:
    why = {401: "it is private or gated", 403: "it is private or gated", 404: "there is no such data set or revision"}
    return InputError(
        f"{repo}: the Hub refuses it with HTTP {code} ({why.get(code, 'try later')}); where you may see it, fetch "
        f"it with 'hf download --repo-type dataset {repo} --local-dir DIR' and run genmimic bench info DIR."
    )


def _remote(repo: str, item: dict[str, Any]) -> RemoteFile:
    try:
        large = item.get("lfs") or {}
        return RemoteFile(
            str(item["path"]), int(large.get("size", item["size"])), str(large.get("oid", "")), item["oid"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{repo}: the Hub lists a file in a way that is not understood ({item}).") from error


def _inside(folder: Path, path: str) -> Path:
    """A data set may name any path: none may leave the folder."""
    target = (folder / path).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise InputError(f"{path}: would be written outside {folder}; the data set is not to be trusted.")
    return target
