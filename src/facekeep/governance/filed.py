"""The facts a filing states about purposes and their handler, as they are now.

``oversight`` keeps them when a filing is submitted and compares them afterwards: purpose, method,
storage class, safeguards, rules, handler, recipients (law.md section 5). Facts and digests, nothing
about anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from facekeep.governance.handler import Handler, HandlerBook
from facekeep.governance.purpose_text import Purpose
from facekeep.governance.purposes import PurposeBook, Stage
from facekeep.terms.encoding import canonical
from facekeep.terms.evidence import Finding, Question

IN_USE = frozenset({Stage.PUBLISHED, Stage.SUSPENDED})
"""A suspended use has not ended."""

HANDLER = "*"
"""Beside the purposes' names: what the handler's own profile says."""


class Books(Protocol):
    """The books the facts are in."""

    @property
    def purposes(self) -> PurposeBook:
        """Purposes."""
        ...

    @property
    def handler(self) -> HandlerBook:
        """Who the handler is."""
        ...


def facts(books: Books) -> dict[str, object]:
    """What a filing states, by the name of what is watched; most of it purpose by purpose."""
    purposes, handler = list(_in_use(books.purposes)), books.handler.get()
    return {
        "purposes": {one.id: one.hash.hex() for one in purposes},
        "method": {one.id: _method(one) for one in purposes},
        "storage": {one.id: one.storage.value for one in purposes},
        "recipients": _recipients(purposes, handler),
        "handler": handler.identity if handler else sorted({one.handler.name for one in purposes}),
        "safeguards": _safeguards(purposes, handler),
        "rules": _rules(purposes, handler),
    }


def _recipients(purposes: Iterable[Purpose], handler: Handler | None) -> Mapping[str, object]:
    """Everybody else who gets data, processors too."""
    told = {one.id: sorted(to.id for to in one.recipients) for one in purposes}
    if handler is None:
        return told
    own = [f"recipient/{to.id}" for to in handler.recipients]
    own += [f"processor/{to.id}" for to in handler.processors]
    return {**told, HANDLER: sorted(own)}


def _safeguards(purposes: Iterable[Purpose], handler: Handler | None) -> Mapping[str, object]:
    """What protects the data: its class, its region, the error rates, the level of protection."""
    told = {
        one.id: _digest([one.classification, one.region, f"{one.max_fmr:g}", f"{one.max_fpir:g}"])
        for one in purposes
    }
    if handler is None:
        return told
    level = handler.mlps.level if handler.mlps else None
    return {**told, HANDLER: _digest([handler.cii, handler.region, level])}


def _rules(purposes: Iterable[Purpose], handler: Handler | None) -> Mapping[str, object]:
    """The rules on minors, and the internal ones by version."""
    told = {one.id: _digest([one.model_dump(mode="json")["minors"]]) for one in purposes}
    if handler is None:
        return told
    return {**told, HANDLER: _digest([policy.id, policy.version] for policy in handler.policies)}


def _in_use(book: PurposeBook) -> Iterator[Purpose]:
    for name in book.known():
        if book.stage(name) in IN_USE:
            yield book.current(name)


def _method(purpose: Purpose) -> Mapping[str, object]:
    return {
        "model": purpose.model,
        "operations": sorted(purpose.operations),
        "capture": purpose.capture.value,
    }


def _digest(texts: Iterable[object]) -> str:
    return hashlib.sha256(canonical(list(texts))).hexdigest()


def _filed(books: Books, _now: int) -> Finding:
    told = facts(books)
    return Finding(told, applies=bool(told["purposes"]))


EVIDENCE: tuple[Question[Books], ...] = (Question("governance.filed.facts", _filed),)
"""Measures art. 15: what a filing states and a change of which is filed too."""
