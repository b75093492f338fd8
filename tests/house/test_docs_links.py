"""Relative links in our Markdown lead somewhere, also to headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tests.house.walk import ROOT, tree_files

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(
    r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)", re.M
)
HTML_LINK = re.compile(r"(?:src|href)=\"([^\"]+)\"")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def links(text: str) -> Iterator[str]:
    """Targets of relative links."""
    prose = CODE.sub("", FENCE.sub("", text))
    for match in LINK.finditer(prose):
        yield match[1] or match[2]
    yield from (match[1] for match in HTML_LINK.finditer(prose))


def anchors(text: str) -> set[str]:
    """Heading anchors as code hosts write them."""
    headings = (
        re.sub(r"[`*_]|\[|\]\([^)]*\)", "", h) for h in HEADING.findall(FENCE.sub("", text))
    )
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def broken(document: Path, root: Path) -> list[str]:
    """Links of one document that lead nowhere or out of the tree."""
    text = document.read_text("utf-8")
    return [
        f"{document.relative_to(root)}: {link}"
        for link in links(text)
        if not SCHEME.match(link) and not leads_somewhere(document, link, root)
    ]


def leads_somewhere(document: Path, link: str, root: Path) -> bool:
    """Whether the file exists inside the tree and has the heading."""
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path).resolve() if path else document.resolve()
    if not target.exists() or not target.is_relative_to(root.resolve()):
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target.read_text("utf-8"))


def test_links_in_documents_resolve() -> None:
    """Every relative link of every document."""
    seen = [problem for path in tree_files(".md") for problem in broken(path, ROOT)]
    assert not seen, "\n".join(seen)


def test_a_planted_broken_link_is_seen(tmp_path: Path) -> None:
    """Control: missing files, missing headings and links out of the tree; nothing else."""
    document = tmp_path / "a.md"
    document.write_text(
        "# One `two`\n[ok](#one-two) [ok](a.md) [web](https://x.example/y) `[code](no.md)`\n"
        "```\n[fenced](no.md)\n```\n[no](no.md) [no](#three) ![no](../out.png)\n"
    )
    (tmp_path.parent / "out.png").touch()
    assert [line.rpartition(" ")[2] for line in broken(document, tmp_path)] == [
        "no.md",
        "#three",
        "../out.png",
    ]
