"""`genmimic view`."""

from __future__ import annotations

from genmimic.commands.options import Host, Port, RunFolder


def view(folder: RunFolder, /, *, host: Host = "localhost", port: Port = 8080) -> None:
    """Scrub through a finished run, or the log of a deployment, in the browser.

    for example:
      genmimic view out/wave
      genmimic view out/wave/deploy/20261123-220000
      genmimic view out/wave --port 9000
    """
    from genmimic.deploy.operation.replay import is_log, write_replay
    from genmimic.view.viewer import serve

    if is_log(folder) and not (folder / "robot.npz").is_file():
        write_replay(folder)
    serve(folder, host=host, port=port)
