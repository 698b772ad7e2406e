"""`genmimic view`."""

from __future__ import annotations

from genmimic.commands.options import Host, Port, RunFolder


def view(folder: RunFolder, /, *, host: Host = "localhost", port: Port = 8080) -> None:
    """Scrub through a finished run in the browser: video, human, reference and robot together.

    for example:
      genmimic view out/wave
      genmimic view out/wave --port 9000
    """
    from genmimic.view.viewer import serve

    serve(folder, host=host, port=port)
