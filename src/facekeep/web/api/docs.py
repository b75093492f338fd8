"""The API's own pages, made here from the OpenAPI document: nothing is loaded from elsewhere, nothing runs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from facekeep.web import html
from facekeep.web.problems import language_of

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> HTMLResponse:
    """Every operation with its fields and examples, as a page in Chinese or English."""
    asked = request.query_params.get("lang", "")
    language = asked if asked in html.OTHER else language_of(request)
    return html.sent(request.app.state.pages(language), language)


@router.get(html.STYLE_PATH)
def style() -> Response:
    """The style sheet of these pages."""
    return html.style()


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    return Response(request.app.state.openapi_text(), media_type="application/json")
