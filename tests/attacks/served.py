"""A real server process over a home of made-up people, and a plain client to ask it.

Started as ``python -m tests.attacks.served FOLDER PORT`` it is what ``facekeep serve`` runs, with
:class:`~tests.attacks.toolkit.People` for eyes. From a test::

    with Served.found(tmp_path).at_rest_with(enrolled("anna")) as server:
        server.start()                                  # seconds until it answered
        with server.line() as line:                     # keep-alive, one connection
            reply = line.ask("POST", "/v1/verifications", server.question("anna"))
        assert reply.status == 200 and reply.json["decision"] == "match"
        server.turn_clock(DAY)                          # while it runs
        server.kill(); server.start()                   # kill -9, and again on the same port
        assert server.stop() == 0                       # SIGTERM
        with server.house() as house: ...               # the home, while nobody serves it
"""

from __future__ import annotations

import base64
import json
import mmap
import os
import resource
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from facekeep.assembly import House
from facekeep.terms.values import AttackVerdict
from tests.attacks.toolkit import People, Site, device_for

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
"""Ends a wait for a process on a busy machine; no promise is measured by it."""

PORTS = range(10_000, 30_000)
"""Below those the system hands to clients, so that no client of a test sits on one."""


# -- the clock of the other process ---------------------------------------------------------


class Skewed:
    """The wall clock, off by what somebody wrote into a file both processes look at."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("<d", 0.0))
        with path.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), 8)

    def __call__(self) -> float:
        return time.time() + float(struct.unpack("<d", self._page[:8])[0])

    def turn(self, seconds: float) -> None:
        """Off by so much from now on."""
        self._page[:8] = struct.pack("<d", seconds)


# -- the client -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Line:
    """One keep-alive connection over a bare socket: as little client as HTTP/1.1 allows.

    What the other side breaks off raises ``ConnectionError``: whether the act was done is unknown.
    The next :meth:`ask` connects anew.
    """

    def __init__(self, port: int, key: str = "", timeout: float = PATIENCE_S) -> None:
        self._address, self._timeout = ("127.0.0.1", port), timeout
        self._shown = f"Authorization: Bearer {key}\r\n" if key else ""
        self.socket: socket.socket | None = None
        self._kept = b""

    def ask(
        self, method: str, path: str, body: Any = None, kind: str = "application/json",
        **headers: str,
    ) -> Reply:  # fmt: skip
        """One request and its answer; a body that is not bytes is sent as JSON."""
        raw = b"" if body is None else body if isinstance(body, bytes) else encoded(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named |= {"Content-Type": kind, "Content-Length": str(len(raw))}
        more = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{self._shown}{more}\r\n"
        try:
            self.send(head.encode("latin-1") + raw)
            return self.reply(method)
        except OSError:
            self.close()
            raise

    def send(self, raw: bytes) -> None:
        """Bytes as they are."""
        if self.socket is None:
            self.socket = socket.create_connection(self._address, self._timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._kept = b""
        self.socket.sendall(raw)

    def reply(self, method: str = "GET") -> Reply:
        """The next answer on this connection."""
        head, _, self._kept = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
        status = int(first.split(" ", 2)[1])
        body = b"" if method == "HEAD" or status in (204, 304) else self._body(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "") == "chunked":
            return b"".join(self._chunks())
        return self._exactly(int(headers.get("content-length", "0")))

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size, _, self._kept = self._until(b"\r\n").partition(b"\r\n")
            chunk = self._exactly(int(size, 16) + 2)[:-2]
            if not chunk:
                return
            yield chunk

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._kept:
            self._kept += self._some()
        return self._kept

    def _exactly(self, length: int) -> bytes:
        while len(self._kept) < length:
            self._kept += self._some()
        taken, self._kept = self._kept[:length], self._kept[length:]
        return taken

    def _some(self) -> bytes:
        assert self.socket is not None
        got = self.socket.recv(1 << 16)
        if not got:
            raise ConnectionResetError("the server hung up")
        return got

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def encoded(body: Any) -> bytes:
    """A body as JSON."""
    return json.dumps(body, ensure_ascii=False).encode()


# -- the server -----------------------------------------------------------------------------


class Served:
    """A home with an API key that may do everything in ``gate``, and a process that serves it."""

    def __init__(self, site: Site, key: str, device: str) -> None:
        self.site, self.key, self.device = site, key, device
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def found(cls, folder: Path) -> Served:
        """A new home in ``folder``, by the wall clock, with the purpose ``gate`` and a device."""
        folder.mkdir(exist_ok=True)
        site = site_of(folder).found()
        with site.open() as house:
            from tests.attacks.http import api_key

            return cls(site, api_key(house), device_for(house))

    def at_rest_with(self, furnish: Callable[[Site, House], object]) -> Served:
        """The same after something was done to the home while nobody serves it."""
        with self.house() as house:
            furnish(self.site, house)
        return self

    @contextmanager
    def house(self) -> Iterator[House]:
        """The home itself, entered as the next start would enter it; not while it is served."""
        assert not self.running
        with self.site.open() as house:
            yield house

    # -- its life ---------------------------------------------------------------------------

    def start(self, patience: float = PATIENCE_S, files: int | None = None) -> float:
        """Run it, with so many open files to begin with; returns the seconds until it answered.

        Raises ``Silent`` with what it said.
        """
        since = time.monotonic()
        self._process = self.spawn(files)
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() - since > patience:
                raise Silent(self._process.poll(), self.said())
            time.sleep(0.02)
        return time.monotonic() - since

    def spawn(self, files: int | None = None) -> subprocess.Popen[bytes]:
        """One more process over this home, not waited for; what it says goes to ``said.txt``."""
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        command = [
            sys.executable,
            "-m",
            "tests.attacks.served",
            str(self.site.folder),
            str(self.port),
        ]
        if files is not None:
            command = ["sh", "-c", f'ulimit -Sn {files}; exec "$@"', "sh", *command]
        with self._said.open("wb") as said:
            return subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip

    def answers(self) -> bool:
        """Whether ``/healthz`` says so now."""
        with suppress(OSError), Line(self.port, timeout=5) as line:
            return line.ask("GET", "/healthz").status == 200
        return False

    def kill(self) -> None:
        """``kill -9``."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self, patience: float = PATIENCE_S) -> int:
        """SIGTERM, as systemd would; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None
        return self._process

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def said(self) -> str:
        """What the process wrote, errors included."""
        return self._said.read_text("utf-8", "replace") if self._said.exists() else ""

    @property
    def _said(self) -> Path:
        return self.site.folder / "said.txt"

    # -- asking it --------------------------------------------------------------------------

    def line(self, key: str | None = None, timeout: float = PATIENCE_S) -> Line:
        """A connection of its own; without a key named, with the one that may do everything."""
        return Line(self.port, self.key if key is None else key, timeout)

    def question(self, subject: str, photo: bytes | None = None, **fields: Any) -> dict[str, Any]:
        """The body of a verification; without a photograph, a good one of the subject."""
        shown = self.site.good_photo(subject) if photo is None else photo
        told = {"subject": subject, "purpose": "gate", "device": self.device}
        return {**told, "photo": base64.b64encode(shown).decode(), **fields}

    def verify(self, line: Line, subject: str, **fields: Any) -> Reply:
        """One verification."""
        return line.ask("POST", "/v1/verifications", self.question(subject, **fields))

    def photographs(self, subject: str, **fields: Any) -> dict[str, Any]:
        """The body of an enrolment with one good photograph."""
        photo = base64.b64encode(self.site.good_photo(subject, 0)).decode()
        return {"purpose": "gate", "device": self.device, "photos": [photo], **fields}

    # -- tools of its enemies ---------------------------------------------------------------

    def turn_clock(self, seconds: float) -> None:
        """The server's wall clock is off by so much from now on."""
        clock = self.site.clock
        assert isinstance(clock, Skewed)
        clock.turn(seconds)

    def rss(self) -> int:
        """Bytes of memory it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def worked(self) -> float:
        """Seconds of processor time it has used."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def limit_files(self, longest: int) -> None:
        """No file of the process may grow over so many bytes; -1 lifts it."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (longest, -1))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self.running:
            self.kill()
        if error is None:
            shutil.rmtree(self.site.folder, ignore_errors=True)


class Silent(Exception):
    """The server did not come up; carries its exit status and what it said."""


def enrolled(*subjects: str) -> Callable[[Site, House], None]:
    """People with a consent and a reference for ``gate``."""

    def furnish(site: Site, house: House) -> None:
        for subject in subjects:
            site.enrol(house, subject)

    return furnish


def site_of(folder: Path) -> Site:
    """The home in a folder as both processes see it: one clock, one population."""
    return Site(folder, Skewed(folder / "clock"), People(pad=AttackVerdict.PASSED))


def free_port() -> int:
    """A port nobody listens on."""
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port


def main(folder: str, port: str) -> None:
    """Serve the home in ``folder``, the models' part played by made-up people."""
    from facekeep.web.server import serve

    site = site_of(Path(folder))
    settings = site.settings.model_copy(update={"port": int(port)})
    with site.open() as house:
        serve(house, settings, lambda at: print("up", at, flush=True), lambda *_: site.people)


if __name__ == "__main__":
    main(*sys.argv[1:])
