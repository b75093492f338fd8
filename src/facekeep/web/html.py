"""Pages for people at the API: templates beside this file, escaped, without scripts, from here alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from facekeep.web.wording import WORDS

STYLE_PATH = "/docs/style.css"
OTHER = {"zh": "en", "en": "zh"}
_CODE = re.compile("`+([^`]+)`+")
_FOR_PEOPLE = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}


def page(template: str, language: str, **context: Any) -> HTMLResponse:
    """A page in one language."""
    return sent(written(template, language, **context), language)


def written(template: str, language: str, **context: Any) -> str:
    """The text of a page, for one that is sent often and stays the same."""
    told: Mapping[str, Any] = {"language": language, "other": OTHER[language], **context}
    return environment().get_template(template).render(told, say=_speaker(language))


def sent(text: str, language: str) -> HTMLResponse:
    """The text of a page, as it goes out."""
    return HTMLResponse(text, headers={**_FOR_PEOPLE, "Content-Language": language})


def style() -> Response:
    """The one style sheet of these pages."""
    return Response(_style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@cache
def _style() -> bytes:
    return (files("facekeep.web.assets") / "style.css").read_bytes()


@cache
def environment() -> Environment:
    """Where templates lie: everything they print is escaped, a name they do not know is an error."""
    environment = Environment(
        loader=PackageLoader("facekeep.web", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["prose"] = prose
    return environment


def prose(text: str) -> Markup:
    """A sentence of a docstring, escaped; what stands in backticks is code."""
    parts = _CODE.split(text)
    shown = (escape(part) if n % 2 == 0 else _coded(part) for n, part in enumerate(parts))
    return Markup("").join(shown)


def _coded(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _speaker(language: str) -> Any:
    return lambda key, **values: WORDS.say(key, language, **values)
