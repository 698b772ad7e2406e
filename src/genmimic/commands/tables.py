"""`genmimic tables`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from tyro.conf import Positional, arg

from genmimic.commands.options import plain


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
) -> int:
    """The paper's tables 1 to 4, the paper's figures beside ours.

    Policies find their rows by their names ('teacher', 'student', 'beyondmimic', '3dp+weights', ...; give names with
    `genmimic evaluate --names`). The motions are not the paper's: the tables say on which each figure is.

    for example:
      genmimic tables out/evaluation
      genmimic tables results/*.json --trials trials.csv --markdown --out tables.md
    """
    from genmimic.evaluation.paper import TABLES
    from genmimic.evaluation.paper_tables import NOTE, TITLES, table
    from genmimic.evaluation.results import load_results
    from genmimic.evaluation.text_tables import aligned
    from genmimic.evaluation.text_tables import markdown as as_markdown
    from genmimic.evaluation.visual_trials import human_rates, read_trials, simulated_rates, table_2
    from genmimic.motion.files import atomic_path

    contents = [load_results(path) for path in results]
    human = None if trials is None else human_rates(read_trials(trials))
    judged = {p["name"]: simulated_rates(p) for c in contents if c["set"]["kind"] == "benchmark" for p in c["policies"]}
    parts = {TITLES[number]: table(number, contents) for number in TABLES}
    parts["Table 2. Visual success rate by action"] = table_2(human, {k: v for k, v in judged.items() if v})
    lay_out = as_markdown if markdown else aligned
    heading = "### " if markdown else ""
    text = "\n\n".join(f"{heading}{title}\n\n{lay_out(parts[title])}" for title in sorted(parts)) + f"\n\n{NOTE}\n"
    if out is None:
        print(text, end="")
    else:
        with atomic_path(out) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return 0
