"""The suite's own promise: no test reaches further than this machine."""

from __future__ import annotations

import socket

import pytest

ELSEWHERE = "192.0.2.1"
"""TEST-NET-1 (RFC 5737): nobody's address."""


def test_a_connection_elsewhere_is_refused() -> None:
    """Control: the fixture sees a connection, a datagram and a look-up."""
    with socket.socket() as s, pytest.raises(RuntimeError, match="in a test"):
        s.connect((ELSEWHERE, 443))
    with socket.socket(type=socket.SOCK_DGRAM) as s, pytest.raises(RuntimeError, match="in a test"):
        s.sendto(b"x", (ELSEWHERE, 53))
    with pytest.raises(RuntimeError, match="in a test"):
        socket.getaddrinfo("host.example", 443)


def test_this_machine_can_be_reached() -> None:
    """Loopback works: a local server may be tested."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(("localhost", server.getsockname()[1]))
        peer, _ = server.accept()
        with client, peer:
            client.sendall(b"x")
            assert peer.recv(1) == b"x"
