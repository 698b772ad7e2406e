"""The command lines in the documents: the commands and options exist and take such values."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from documents import INLINE, ROOT, command_lines, documents

from genmimic import cli

LINES = {" ".join(words): words for path in documents() for words in command_lines(path.read_text(encoding="utf-8"))}


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the commands that were called: they parse their arguments, and do nothing."""
    ran: list[str] = []

    def parses_only(name: str, command: Callable[..., Any]) -> Callable[..., int]:
        @functools.wraps(command)
        def noted(*_: Any, **__: Any) -> int:
            ran.append(name)
            return 0

        return noted

    commands = {name: parses_only(name, command) for name, command in cli.commands().items()}
    monkeypatch.setattr(cli, "commands", lambda: dict(commands))
    return ran


@pytest.mark.parametrize("line", [line for line, words in LINES.items() if words[0] == "genmimic"])
def test_genmimic_takes_it(line: str, ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = LINES[line]
    try:
        assert cli.main(words[1:]) == 0
    except SystemExit:
        pytest.fail(f"{line}\n{capsys.readouterr()}")
    assert ran == words[1:2]


def test_an_option_that_does_not_exist_is_refused(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for line in ("run clip.mp4 --persons 2", "bench info --jobs 2", "train --corpus c.npz --goal dance"):
        with pytest.raises(SystemExit):
            cli.main(line.split())
    assert not ran and "--persons" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line", [line for line, words in LINES.items() if words[0] != "genmimic" and "-m" not in words]
)
def test_the_script_exists_and_knows_the_options(line: str) -> None:
    script, *words = LINES[line][1:]
    source = (ROOT / script).read_text(encoding="utf-8")
    if script.endswith(".py"):  # shell scripts hand theirs on
        assert not [word for word in words if re.match("--[a-z]", word) and f'"{word}"' not in source]


def test_commands_in_code_font_exist() -> None:
    named = {
        word
        for path in documents()
        for code in INLINE.findall(path.read_text(encoding="utf-8"))
        if (word := "".join(re.findall(r"^genmimic ([a-z-]+)", code)))
    }
    assert {"run", "train", "deploy"} <= named <= set(cli.commands())


def test_lines_are_found() -> None:
    text = "    genmimic run a.mp4 \\\n      --end 9   # why\nplain\n```\npython tools/x.py --y\n```\n"
    text += "    genmimic run [--z]\n"
    assert list(command_lines(text)) == [["genmimic", "run", "a.mp4", "--end", "9"], ["python", "tools/x.py", "--y"]]
    assert len(LINES) > 40 and Path(ROOT / "README.md") in documents()
