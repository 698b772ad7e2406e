"""The documents: what they link to and name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import ROOT, anchors, documents, links, paths

DOCUMENTS = pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))


@DOCUMENTS
def test_relative_links_lead_somewhere(document: Path) -> None:
    dead = []
    for path, anchor in links(document.read_text(encoding="utf-8")):
        target = (document.parent / path).resolve() if path else document
        known = anchors(target.read_text(encoding="utf-8")) if anchor and target.suffix == ".md" else {anchor}
        if not target.exists() or anchor not in known:
            dead.append(f"{path}#{anchor}")
    assert not dead


@DOCUMENTS
def test_files_in_code_font_exist(document: Path) -> None:
    assert not [path for path in paths(document.read_text(encoding="utf-8")) if not (ROOT / path).exists()]


def test_documents_that_code_refers_to_exist() -> None:
    gone = {}
    for folder in ("src", "tools", "benchmarks"):
        for source in (path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sh"}):
            named = re.findall(r"\bdocs/[\w/]+\.md", source.read_text(encoding="utf-8"))
            if missing := [name for name in named if not (ROOT / name).is_file()]:
                gone[str(source.relative_to(ROOT))] = missing
    assert not gone


def test_what_is_looked_for_is_found() -> None:
    text = "# One `two`: three\n[a](b.md#c) ![d](e.png) [f](https://g.h)\n`src/i.py` `j`\n# Again\n# Again\n"
    assert links(text) == [("b.md", "c"), ("e.png", "")]
    assert anchors(text) == {"one-two-three", "again", "again-1"}
    assert paths(text) == ["src/i.py"]
