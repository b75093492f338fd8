"""For other programs: a typed client of the service, one that waits and one that is awaited.

    with Client("https://faces.example:8430", key) as facekeep:
        answer = facekeep.verify("resident-17", "gate", Path("now.jpg"), device="gate-door")

Imports of ours only ``facekeep.terms``: it runs on a gate without models, stores or keys of a home.
"""

from __future__ import annotations

from facekeep.client.capture import Device, sign_capture, signed_in_session
from facekeep.client.clients import AsyncClient, Client
from facekeep.client.errors import problem_of, request_id_of
from facekeep.client.proofs import check_growth, check_inclusion, head_of
from facekeep.client.request import Picture
from facekeep.client.retries import Retries

__all__ = [
    "AsyncClient",
    "Client",
    "Device",
    "Picture",
    "Retries",
    "check_growth",
    "check_inclusion",
    "head_of",
    "problem_of",
    "request_id_of",
    "sign_capture",
    "signed_in_session",
]
