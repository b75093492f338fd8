"""API keys: drawn once, kept as digests, limited by scope and term, ended at once."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from facekeep.access.keys import DAY, LONGEST_S, TERM_S, Operation, Scope, draft
from facekeep.access.officers import Signed
from facekeep.assembly import House
from facekeep.terms.errors import Misused, NotSignedIn, Refused, Tampered
from tests.attacks.signed_in import program
from tests.attacks.toolkit import OFFICER, signed


def now(house: House) -> int:
    return int(house.home.journal.now())


def test_key_is_known_by_its_text_and_by_nothing_near_it(house: House) -> None:
    """One letter less, more or other is nobody's key."""
    text, kept = program(house, "gate:verification")
    assert house.api_keys.known(text, now(house)) == kept
    swapped = text[:-1] + ("b" if text[-1] == "a" else "a")
    for wrong in (
        "",
        "fk_",
        text[:-1],
        text + "a",
        text.upper(),
        swapped,
        f" {text}",
        "ключ",
        "fk_0",
    ):
        with pytest.raises(NotSignedIn, match="not known here"):
            house.api_keys.known(wrong, now(house))


def test_text_of_a_key_lies_nowhere(house: House) -> None:
    """A stolen store opens nothing."""
    text, _ = program(house, "gate:verification")
    secret = text.rpartition("_")[2].encode()
    for file in house.home.path.rglob("*"):
        assert not file.is_file() or secret not in file.read_bytes()


def test_key_ends_with_its_term_and_with_its_revocation(house: House) -> None:
    """Whoever knows the text still learns why."""
    text, kept = program(house, "gate:verification")
    assert kept.expires == now(house) + TERM_S
    with pytest.raises(NotSignedIn, match="ran out"):
        house.api_keys.known(text, kept.expires)
    with house.home.records.transaction() as tx:
        house.api_keys.revoke(tx, kept.id, OFFICER, now(house))
    with pytest.raises(NotSignedIn, match="revoked"):
        house.api_keys.known(text, now(house))
    with house.home.records.transaction() as tx, pytest.raises(Refused, match="already"):
        house.api_keys.revoke(tx, kept.id, OFFICER, now(house))


def test_key_needs_an_officers_signature_over_this_very_key(house: House) -> None:
    """A signature for one program lets no other in, and none in twice."""
    drawn = draft(os.urandom, "gate", [Scope.read("gate:verification")], now(house))
    wider = replace(drawn, scopes=frozenset({Scope.read("gate:identification")}))
    word = signed(house, drawn.message)
    with house.home.records.transaction() as tx:
        with pytest.raises(Refused, match="not this officer's"):
            house.api_keys.enter(tx, wider, word, now(house))
        with pytest.raises(Refused, match="not this officer's"):
            house.api_keys.enter(tx, drawn, Signed(OFFICER, bytes(64)), now(house))
        key = house.api_keys.enter(tx, drawn, word, now(house))
        house.api_keys.revoke(tx, key.id, OFFICER, now(house))
        with pytest.raises(Refused, match="already"):
            house.api_keys.enter(tx, drawn, word, now(house))


def test_two_programs_have_two_names(house: House) -> None:
    """Whoever reads the list must be able to tell them apart."""
    program(house, "gate:verification")
    with pytest.raises(Refused, match="of this name"):
        program(house, "ledger")


@pytest.mark.parametrize(
    "text", ["verification", "gate:", "gate:everything", "gate:ledger", "a b:consent", ":consent", "x:y:consent"]
)  # fmt: skip
def test_scope_that_means_nothing_is_refused(text: str) -> None:
    """One purpose and one operation, or an operation about the whole home."""
    with pytest.raises(Misused):
        Scope.read(text)


@pytest.mark.parametrize("operation", Operation)
def test_scope_reads_as_it_is_written(operation: Operation) -> None:
    """Rows hold scopes as text."""
    alone = operation in (Operation.LEDGER, Operation.METRICS)
    scope = Scope("" if alone else "gate", operation)
    assert Scope.read(str(scope)) == scope


def test_key_without_scope_or_end_is_not_drawn() -> None:
    """Least privilege has a beginning and an end."""
    scope = [Scope.read("ledger")]
    for scopes, term in (([], TERM_S), (scope, 0), (scope, LONGEST_S + 1)):
        with pytest.raises(Misused):
            draft(os.urandom, "gate", scopes, 0, term)


def test_last_use_is_kept_by_the_day(house: House) -> None:
    """Enough to find keys nobody needs; no profile of what a program does."""
    text, kept = program(house, "gate:verification")
    assert house.api_keys.used_on(kept.id) is None
    house.api_keys.known(text, now(house))
    assert house.api_keys.used_on(kept.id) == now(house) // DAY


@pytest.mark.parametrize("column", ["scopes = 'gate:identification'", "expires = expires + 1", "revoked_at = 0", "label = 'x'"])  # fmt: skip
def test_edited_row_is_refused(house: House, column: str) -> None:
    """A row is under a seal."""
    text, kept = program(house, "gate:verification")
    with house.home.records.transaction() as tx:
        house.api_keys.revoke(tx, kept.id, OFFICER, now(house))
    with house.home.records.transaction() as tx:
        tx.execute(f"UPDATE api_key SET {column}")
    house.api_keys._kept.forget()
    with pytest.raises((Tampered, NotSignedIn)) as caught:
        house.api_keys.known(text, now(house))
    assert column == "revoked_at = 0" or isinstance(caught.value, Tampered)


def test_row_before_the_revocation_put_back_is_refused(house: House) -> None:
    """Its seal holds; the ledger knows a newer one."""
    text, kept = program(house, "gate:verification")
    before = house.home.records.one("SELECT * FROM api_key")
    assert before is not None
    with house.home.records.transaction() as tx:
        house.api_keys.revoke(tx, kept.id, OFFICER, now(house))
    with house.home.records.transaction() as tx:
        tx.execute("DELETE FROM api_key")
        tx.execute(f"INSERT INTO api_key VALUES ({','.join('?' * len(before))})", before)
    house.api_keys._kept.forget()
    with pytest.raises(Tampered):
        house.api_keys.known(text, now(house))
