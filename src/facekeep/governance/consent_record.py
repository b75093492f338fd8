"""A consent as an ISO/IEC TS 27560:2023 record in W3C DPV 2.x terms (JSON-LD).

Four sections as the specification has them: header, processing, parties, events. The context is
part of the document, so that it can be read with no network; every term expands to an address of
its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from facekeep.governance.consent import Consent, Scope
from facekeep.governance.purposes import Purpose
from facekeep.terms.values import ConsentState

SCHEMA_VERSION = "ISO/IEC TS 27560:2023"
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record"
RECORD_KEYS = ("header", "processing", "parties", "events")

_IRI = {"@type": "@id"}
_TIME = {"@type": "xsd:dateTime"}

CONTEXT: Mapping[str, Any] = {
    "@version": 1.1,
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "fk": "urn:facekeep:vocabulary:",
    "records": {"@id": "dpv:hasRecordOfActivity", "@container": "@set"},
    "header": "fk:header",
    "processing": "dpv:hasProcess",
    "parties": {"@id": "dpv:hasEntity", "@container": "@set"},
    "events": {"@id": "fk:event", "@container": "@list"},
    "schema_version": "dct:hasVersion",
    "conforms_to": {"@id": "dct:conformsTo", **_IRI},
    "record_id": "dct:identifier",
    "pii_principal_id": "fk:principal",
    "privacy_notice": "dpv:hasNotice",
    "notice_digest": "fk:noticeDigest",
    "language": "dct:language",
    "channel": "fk:channel",
    "displayed_at": {"@id": "fk:displayedAt", **_TIME},
    "purpose": "dpv:hasPurpose",
    "purpose_id": "fk:purposeId",
    "purpose_digest": "fk:purposeDigest",
    "title": {"@id": "dct:title", "@container": "@language"},
    "description": {"@id": "dct:description", "@container": "@language"},
    "scope": "dpv:hasScope",
    "lawful_basis": {"@id": "dpv:hasLegalBasis", **_IRI},
    "pii_information": {"@id": "dpv:hasPersonalData", **_IRI},
    "method": {"@id": "dpv:hasProcessing", **_IRI},
    "storage": "dpv:hasStorageCondition",
    "location": "dpv:hasLocation",
    "retention_until": {"@id": "dpv:hasDuration", **_TIME},
    "right": {"@id": "dpv:hasRight", **_IRI},
    "withdrawal_method": "fk:withdrawalMethod",
    "role": {"@id": "fk:role", **_IRI},
    "name": "dpv:hasName",
    "contact": "dpv:hasContact",
    "state": {"@id": "dpv:hasConsentStatus", **_IRI},
    "time": {"@id": "dpv:isIndicatedAtTime", **_TIME},
    "entity": {"@id": "dpv:isIndicatedBy", **_IRI},
    "reason": "dpv:hasJustification",
}

ENTITIES = {
    "person": "dpv:DataSubject",
    "guardian": "dpv:GuardianOfDataSubject",
    "handler": "dpv:DataController",
}
"""Who caused an event, in DPV's words; nobody does where a term merely ran out."""


def document(subject: str, records: Iterable[tuple[Consent, Purpose]]) -> dict[str, Any]:
    """One document with a record each; ``subject`` is the operator's own reference."""
    return {
        "@context": dict(CONTEXT),
        "records": [record(subject, consent, purpose) for consent, purpose in records],
    }


def record(subject: str, consent: Consent, purpose: Purpose) -> dict[str, Any]:
    """One record in its four sections. ``purpose`` is the version the consent was given to, or the
    newest one known where that text is not kept.
    """
    return {
        "@id": f"urn:facekeep:consent:{consent.id.hex()}",
        "@type": "dpv:ConsentRecord",
        "header": _header(subject, consent),
        "processing": _processing(consent, purpose),
        "parties": _parties(consent, purpose),
        "events": _events(consent),
        "state": _state(consent.state),
    }


def _header(subject: str, consent: Consent) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "conforms_to": PROFILE,
        "record_id": consent.id.hex(),
        "pii_principal_id": subject,
    }


def _processing(consent: Consent, purpose: Purpose) -> dict[str, Any]:
    matching = ["dpv:Collect", "dpv:Derive", "dpv:Match"]
    return {
        "@type": "dpv:Process",
        "privacy_notice": _notice(consent),
        "purpose": {
            "@type": "dpv:Purpose",
            "purpose_id": consent.purpose,
            "purpose_digest": consent.purpose_hash.hex(),
            "title": {"zh": purpose.title.zh, "en": purpose.title.en},
            "description": {"zh": purpose.why.zh, "en": purpose.why.en},
        },
        "scope": consent.scope.value,
        "lawful_basis": "dpv:ExplicitlyExpressedConsent",
        "pii_information": ["pd:FacialPrint", "dpv:SensitivePersonalData"],
        "method": ["dpv:Store"] if consent.scope is Scope.STORAGE else matching,
        "storage": {
            "@type": "dpv:StorageCondition",
            "location": purpose.storage.value,
            "retention_until": _time(consent.expires),
        },
        "right": "dpv:DataSubjectRight",
        "withdrawal_method": f"facekeep withdraw --purpose {consent.purpose} --subject …",
    }


def _notice(consent: Consent) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "dpv:ConsentNotice", "notice_digest": consent.notice.hex()}
    shown = consent.about.shown
    if shown is not None:
        told |= {
            "language": shown.language,
            "channel": shown.channel.value,
            "displayed_at": _time(shown.at),
        }
    return told


def _parties(consent: Consent, purpose: Purpose) -> list[dict[str, Any]]:
    """The handler by name; the person, and a guardian, by role only."""
    handler = {
        "@type": "dpv:DataController",
        "role": "dpv:DataController",
        "name": purpose.handler.name,
        "contact": purpose.handler.contact,
    }
    roles = ["dpv:DataSubject", *(["dpv:GuardianOfDataSubject"] if consent.guardian else [])]
    return [handler, *({"@type": role, "role": role} for role in roles)]


def _events(consent: Consent) -> list[dict[str, Any]]:
    return [
        {
            "@type": "dpv:ConsentStatus",
            "state": _state(event.state),
            "time": _time(event.at),
            **({"entity": ENTITIES[event.by]} if event.by in ENTITIES else {}),
            **({"reason": event.why} if event.why else {}),
        }
        for event in consent.about.events
    ]


def _state(state: ConsentState) -> str:
    return f"dpv:{state.value}"


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
