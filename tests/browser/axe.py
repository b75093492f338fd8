"""axe-core on a page: the rules of WCAG 2.0, 2.1 and 2.2 in levels A and AA, and its good practices."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

CARRIER, SCRIPT = "axe-playwright-python", "axe_playwright_python/axe.min.js"
"""The distribution that axe-core is read out of, as a file."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return {rules: found.violations, engine: found.testEngine.version};
}"""


def violations(page: Page) -> list[str]:
    """What breaks a rule: the rule, where, and why."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_engine())
    found = page.evaluate(RUN, list(RULES))
    return [line for rule in found["rules"] for line in _lines(rule)]


@cache
def _engine() -> str:
    return Path(str(metadata.distribution(CARRIER).locate_file(SCRIPT))).read_text("utf-8")


def _lines(rule: dict[str, Any]) -> list[str]:
    return [
        f"{rule['id']} ({rule['impact']}) at {node['target']}: {_why(node)}"
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    told = [*node.get("any", []), *node.get("all", []), *node.get("none", [])]
    return "; ".join(one["message"] for one in told) + f" | {node['html'][:160]}"
