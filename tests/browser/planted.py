"""A little server for pages with planted faults: the controls of the instruments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'"
FRAME = (
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">'
    '<meta name="viewport" content="width=device-width"></head>'
    "<body><main><h1>{title}</h1>{body}</main></body></html>"
)
TITLES = {"zh-CN": "告知书", "en": "The notice"}


def page(body: str, lang: str = "en") -> str:
    """A page that is in order, but for its body."""
    return FRAME.format(lang=lang, title=TITLES[lang], body=body)


@contextmanager
def planted(pages: Mapping[str, str]) -> Iterator[str]:
    """Serve pages by their paths; yields the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = pages.get(self.path)
            self.send_response(200 if text is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write((text or page("")).encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
