"""The frame that the self-contained pages share: title, style, the switch between light and dark."""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template


def fill_page(
    name: str, kind: str, title: str, subtitle: str, styles: tuple[str, ...] = (), remark: str = "", **parts: str
) -> str:
    """A page as text.

    Args:
        name: Its own files in `view/assets`: NAME.html, what stands between head and foot, and NAME.js.
        kind: What it is, behind its title in the browser.
        title: Plain text.
        subtitle: Plain text.
        styles: Style sheets of `view/assets` beside the one that all pages have.
        remark: Ends the last sentence.
        parts: HTML for each `$word` of NAME.html.
    """
    return _asset("page.html").substitute(
        kind=kind,
        title=escape(title),
        subtitle=escape(subtitle),
        style="\n".join(_asset(sheet).template for sheet in ("page.css", *styles)),
        main=_asset(f"{name}.html").substitute(parts),
        remark=remark,
        script=_asset("theme.js").template + _asset(f"{name}.js").template,
    )


def _asset(name: str) -> Template:
    return Template((resources.files("genmimic.view") / "assets" / name).read_text(encoding="utf-8"))
