"""A stand-in for the Hugging Face Hub on this machine: lists, pages, serves ranges, breaks off, lies."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What the server holds, and what it was asked."""

    files: dict[str, bytes]
    large: set[str] = field(default_factory=set)
    break_after: dict[str, int] = field(default_factory=dict)  # path: bytes after which the connection drops, once
    wrong: set[str] = field(default_factory=set)
    ranges: bool = True
    page: int = 2
    status: int = 200
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def listed(self, path: str) -> dict:
        content = self.files[path]
        git = hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()
        item = {"type": "file", "path": path, "size": len(content), "oid": git}
        if path in self.large:
            item["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
        return item


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            hub.asked.append((path, self.headers.get("Range", "")))
            if hub.status != 200:
                return self.send_error(hub.status)
            if "/revision/" in path:
                return self.answer(json.dumps({"sha": COMMIT, "id": "x"}).encode())
            if "/tree/" in path:
                names = sorted(hub.files)
                start = int(query.rpartition("cursor=")[2]) if "cursor=" in query else 0
                items = [{"type": "directory", "path": "videos", "size": 0, "oid": "0"}] if start == 0 else []
                items += [hub.listed(name) for name in names[start : start + hub.page]]
                following = {}
                if start + hub.page < len(names):
                    following = {"Link": f'<{hub.url}{path}?recursive=true&cursor={start + hub.page}>; rel="next"'}
                return self.answer(json.dumps(items).encode(), following)
            name = path.partition(f"/resolve/{COMMIT}/")[2]
            if name not in hub.files:
                return self.send_error(404)
            self.send(name)

        def answer(self, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(200)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def send(self, name: str) -> None:
            content = hub.files[name]
            if name in hub.wrong:
                content = bytes(len(content))
            start = 0
            asked = self.headers.get("Range", "")
            if asked and hub.ranges:
                start = int(asked.removeprefix("bytes=").rstrip("-"))
                self.send_response(206)
            else:
                self.send_response(200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            stop = hub.break_after.pop(name, len(content))
            self.wfile.write(content[start:stop])
            self.wfile.flush()
            if stop < len(content):
                self.connection.close()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
