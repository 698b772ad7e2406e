"""The order of packages that docs/architecture.md states is the one that the imports have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def stated_order() -> list[str]:
    """First column of the table of packages, top to bottom."""
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)(?:/|\.py)?`", row)]


def imports(path: Path) -> set[str]:
    """Our packages that a file imports, lazily or not; those for types only do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    hidden = {id(inner) for block in typing for inner in ast.walk(block)}
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and id(n) not in hidden]
    names = [n.module.split(".") for n in nodes if n.module and n.module.startswith("genmimic.")]
    ours = {alias.name for n in nodes if n.module == "genmimic" for alias in n.names if not alias.name.startswith("_")}
    return ours | {name[1] for name in names}


def test_every_package_has_a_place_and_imports_only_from_above() -> None:
    order, source = stated_order(), ROOT / "src" / "genmimic"
    files = [f for f in source.rglob("*.py") if f.name != "__init__.py" or f.parent != source]
    assert {f.relative_to(source).parts[0].removesuffix(".py") for f in files} == set(order)
    for file in files:
        own = file.relative_to(source).parts[0].removesuffix(".py")
        below = {name for name in imports(file) if order.index(name) > order.index(own)}
        assert not below, f"{file.relative_to(source)} imports from {below}"
