"""`genmimic tables`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from genmimic.commands.options import plain
from genmimic.errors import InputError


def tables(
    results: Annotated[
        tuple[Path, ...],
        Positional,
        plain("RESULTS ...", "results.json files of `genmimic evaluate`, or the folders that hold them."),
    ] = (),
    /,
    *,
    trials: Annotated[
        Path | None, plain("CSV", "Real trials judged by people: columns motion, category, success (0 or 1).")
    ] = None,
    markdown: Annotated[bool, plain(None, "As Markdown.")] = False,
    out: Annotated[
        Path | None, arg(metavar="FILE", help="Write here instead of printing.", help_behavior_hint="")
    ] = None,
    into: Annotated[
        Path | None,
        plain("PAGE", "Replace the tables between the marks of this Markdown page; docs/evaluation.md shows them."),
    ] = None,
) -> int:
    """The paper's tables 1 to 4, the paper's figures beside ours, and its findings beside what ours say of them.

    Policies find their rows by their names ('teacher', 'student', 'beyondmimic', '3dp+weights', ...; give names with
    `genmimic evaluate --names`). The motions are not the paper's: the tables say on which each figure is.

    for example:
      genmimic tables out/evaluation
      genmimic tables results/*.json --trials trials.csv --markdown --out tables.md
      genmimic tables out/grid/*/* --into docs/results.md
    """
    from genmimic.evaluation.marked_tables import fill
    from genmimic.evaluation.paper_report import for_page, parts
    from genmimic.evaluation.results import load_results
    from genmimic.evaluation.text_tables import aligned
    from genmimic.evaluation.text_tables import markdown as as_markdown

    if into is not None and out is not None:
        raise InputError("--into and --out exclude each other: a page is filled, or a file is written.")
    made = parts([load_results(path) for path in results], trials)
    if into is not None:
        _write(into, fill(_read(into), for_page(made), str(into)))
        return 0
    lay_out, heading = (as_markdown, "### ") if markdown else (aligned, "")
    text = "\n\n".join(f"{heading}{part.title}\n\n{part.text(lay_out)}" for part in made) + "\n"
    if out is None:
        print(text, end="")
    else:
        _write(out, text)
    return 0


def _read(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{page}: cannot be read ({error}); --into fills a page that is there.") from error


def _write(path: Path, text: str) -> None:
    from genmimic.motion.files import atomic_path

    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
