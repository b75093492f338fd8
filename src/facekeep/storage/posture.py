"""The six safeguards of Measures art. 14, each looked at where it must show.

Encryption, security audit, access control, authorisation management, intrusion detection and
intrusion prevention: nobody's word is taken, and each has its own line in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from facekeep.access.officers import LEAST_OFFICERS, Role
from facekeep.storage.budgets import DEVICE_FAILURES, Totals
from facekeep.storage.home import Home
from facekeep.storage.inspection import Level, Patient, looked_at
from facekeep.storage.lots import some
from facekeep.storage.plot import Plot
from facekeep.storage.subjects import Person
from facekeep.terms.errors import Tampered
from facekeep.terms.evidence import Finding, Gap

SAMPLE = 500
"""Rows opened of each kind: enough to meet a fault that is not rare, quick among a million."""

SHARED_COUNTER = "others"
"""Failures on devices beyond the sixty-fourth are counted together and close none of them."""

Gaps = Iterator[Gap]


def six(home: Home, now: int) -> Finding:
    """Each safeguard by name, and what it lacks (``storage.posture.six``)."""
    lacking = {name: list(look(home, now)) for name, look in SAFEGUARDS.items()}
    facts = {name: not gaps for name, gaps in lacking.items()}
    return Finding(facts, tuple(gap for gaps in lacking.values() for gap in gaps))


def checked(what: str, home: Home, now: int) -> list[str]:
    """The keys of what the doctor would say is wrong, of one of its checks."""
    patient = Patient(Plot.read(home.path), None, now)
    stores = {
        "records": home.records,
        "references": home.references.store,
        "keys": home.vault.store,
    }
    return [f.key for f in looked_at(what, patient, stores) if f.level is not Level.OK]


def _encryption(home: Home, now: int) -> Gaps:
    """The slot opens the key tree, and the tree the wrapped secrets of a sample of people."""
    if checked("custody", home, now):
        yield Gap("encryption: the slot does not open the key tree", "facekeep doctor")
        return
    if not all(
        _secret_opens(home, person)
        for person in some(home.directory.living(), SAMPLE, home.entropy)
    ):
        yield Gap("encryption: a wrapped secret does not open", "facekeep doctor")


def _secret_opens(home: Home, person: bytes) -> bool:
    try:
        return home.vault.secret(person) is not None
    except Tampered:
        return False


def _security_audit(home: Home, now: int) -> Gaps:
    """The ledger recomputes to what was signed."""
    if set(checked("ledger", home, now)) - OF_WITNESSES:
        yield Gap("security audit: the ledger does not verify", "facekeep ledger verify")


OF_WITNESSES = frozenset({"witness_none", "witness_old", "clock_behind"})
"""What the check of the ledger says about others than the ledger itself."""


def _access_control(home: Home, now: int) -> Gaps:
    """Nobody else on the machine reads the files, and somebody answers for the home."""
    if (n := checked("modes", home, now).count("file_open")) > 0:
        yield Gap(f"access control: files others may read: {n}", "chmod go-rwx")
    if not home.officers.living():
        yield Gap(
            "access control: no officer is in office",
            "facekeep officer add NAME --role officer --key FILE",
        )


def _authorisation(home: Home, now: int) -> Gaps:
    """Four eyes are possible, and no face key outlives its grant."""
    if len(home.officers.living()) < LEAST_OFFICERS:
        yield Gap(
            "authorisation management: four eyes need two officers in office",
            "facekeep officer add NAME --role officer --key FILE",
        )
    if not any(officer.role is Role.OFFICER for officer in home.officers.living()):
        yield Gap(
            "authorisation management: nobody in office may sign for a purpose",
            "facekeep officer add NAME --role officer --key FILE",
        )
    if ended := len(home.consents.ended(home.vault.consents())):
        yield Gap(
            f"authorisation management: face keys without a consent in force: {ended}",
            "facekeep sweep",
        )


def _detection(home: Home, now: int) -> Gaps:
    """Changed rows and stores put back would be seen: every seal and the anchor agree."""
    if set(checked("rows", home, now)) & {"rows_unsealed", "rows_widowed", "rows_unreadable"}:
        yield Gap("intrusion detection: rows of a store were changed", "facekeep doctor")
    if checked("anchor", home, now):
        yield Gap("intrusion detection: a store is not the one the anchor knows", "facekeep doctor")


def _prevention(home: Home, now: int) -> Gaps:
    """Nobody was answered beyond the daily limit of failures on one device."""
    over = sum(
        _exceeded(home, person) for person in some(home.directory.living(), SAMPLE, home.entropy)
    )
    if over:
        yield Gap(
            "intrusion prevention: answers were given beyond the daily limit", "facekeep doctor"
        )


def _exceeded(home: Home, person: bytes) -> bool:
    try:
        last = home.journal.last(home.chain(Person(person, "", known=True)))
        failures = Totals.read(last.details if last else None).failures or {}
    except Tampered:
        return False  # said under encryption
    return any(n > DEVICE_FAILURES for name, n in failures.items() if name != SHARED_COUNTER)


SAFEGUARDS: dict[str, Callable[[Home, int], Gaps]] = {
    "encryption": _encryption,
    "security audit": _security_audit,
    "access control": _access_control,
    "authorisation management": _authorisation,
    "intrusion detection": _detection,
    "intrusion prevention": _prevention,
}
