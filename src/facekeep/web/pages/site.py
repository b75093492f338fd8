"""Rendering a page: its words, its language, its headers. Nothing is loaded from elsewhere.

A page is a template beside the others, its words a :class:`~facekeep.terms.messages.Catalogue`, its answer
:func:`show`. What a page may do beyond text and forms it says by its :class:`Needs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from facekeep.terms.messages import Catalogue
from facekeep.web.caller import COOKIE
from facekeep.web.html import OTHER, environment
from facekeep.web.pages import dates
from facekeep.web.pages.grades import demonstrates
from facekeep.web.pages.wording import WORDS
from facekeep.web.problems import LANGUAGE, language_of

Language = Literal["zh", "en"]
VISIT = "__Host-facekeep-mine"
"""A person's visit to their own pages: sent by TLS alone, to this host alone, read by no script."""

KIOSK = "__Host-facekeep-kiosk"
"""A screen that was turned into a kiosk: it opens the kiosk and nothing else of the staff's."""

STAFF_PATHS = ("/desk", "/kiosk", "/console", "/staff")
YEAR_S = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Needs:
    """What a page needs beyond text and forms."""

    script: bool = False
    camera: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Its content policy, and whether the camera may be asked for."""
        script = "script-src 'self'; connect-src 'self'; " if self.script or self.camera else ""
        media = "media-src 'self' blob: mediastream:; " if self.camera else ""
        images = "img-src 'self' data:" + (" blob:" if self.camera else "")
        return {
            "Content-Security-Policy": (
                f"default-src 'none'; style-src 'self'; {images}; {script}{media}"
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "Permissions-Policy": (
                f"camera=({'self' if self.camera else ''}), microphone=(), geolocation=(),"
                " publickey-credentials-get=(self), publickey-credentials-create=(self)"
            ),
            "Referrer-Policy": "same-origin",
        }


PLAIN = Needs()
SCRIPT = Needs(script=True)
CAMERA = Needs(camera=True)


@dataclass(frozen=True, slots=True)
class Site:
    """One of the doors for people. ``frame`` is the template its pages extend."""

    name: str
    words: Catalogue
    home: str


def show(
    request: Request, site: Site, template: str, *, status: int = 200, needs: Needs = PLAIN,
    **context: Any,
) -> HTMLResponse:  # fmt: skip
    """A page in the language of whoever reads it."""
    language = language_of(request)
    text = (
        environment().get_template(template).render(**_around(request, site, language), **context)
    )
    response = HTMLResponse(text, status, {**needs.headers, "Content-Language": language})
    _remember_language(request, response)
    return response


def go(path: str) -> RedirectResponse:
    """On to another page of ours, by GET (303): going back sends no form twice."""
    return RedirectResponse(path, 303)


def form_token(request: Request) -> str:
    """What every form of a visit carries and only its own pages can know; empty without a visit."""
    name = request.cookies.get(cookie_of(request), "")
    return sha256(b"facekeep form" + name.encode()).hexdigest()[:32] if name else ""


def cookie_of(request: Request) -> str:
    """The cookie that says who is at this page: the staff's sign-in, a kiosk, or the person's visit."""
    if path_of(request) == "/kiosk" or path_of(request).startswith("/kiosk/"):
        return KIOSK
    return COOKIE if is_staff_path(path_of(request)) else VISIT


def path_of(request: Request) -> str:
    """The path as it was routed: not read as an address, so that ``//host`` stays a path."""
    return str(request.scope["path"])


def is_staff_path(path: str) -> bool:
    """Whether a page is for the staff."""
    return any(path == one or path.startswith(f"{one}/") for one in STAFF_PATHS)


def is_page(path: str) -> bool:
    """Whether people read what lies here, rather than programs."""
    return path in ("/", "/p") or path.startswith(
        ("/p/", "/mine", "/notices", "/check", "/cases", "/face", *STAFF_PATHS)
    )


def _around(request: Request, site: Site, language: Language) -> Mapping[str, Any]:
    """What every template may use."""
    return {
        "language": language,
        "other": OTHER[language],
        "switch": _switch(request, OTHER[language]),
        "site": site,
        "here": path_of(request),
        "demonstration": demonstrates(request),
        "say": _speaker(site.words, language),
        "token": form_token(request),
        "once": token_urlsafe(12),
        "day": lambda at: dates.day(at, language),
        "moment": lambda at: dates.moment(at, language),
        "number": lambda n: dates.number(n, language),
        "percent": lambda share: dates.percent(share, language),
        "fours": fours,
    }


def fours(digest: str) -> str:
    """A digest in groups of four, as people compare it."""
    return " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))


def _speaker(words: Catalogue, language: Language) -> Any:
    def say(key: str, **values: object) -> str:
        return (words if key in words else WORDS).say(key, language, **values)

    return say


def _switch(request: Request, language: str) -> str:
    """The same page in the other language; empty for the answer to a form, which no link can repeat."""
    if request.method != "GET":
        return ""
    query = {**dict(request.query_params), "lang": language}
    return f"{path_of(request)}?{urlencode(query)}"


def _remember_language(request: Request, response: HTMLResponse) -> None:
    """Chosen once, it holds on the next page: a word, and nothing about anybody."""
    chosen = request.query_params.get("lang", "")
    if chosen in OTHER:
        response.set_cookie(
            LANGUAGE, chosen, max_age=YEAR_S, path="/", samesite="lax", httponly=True
        )
