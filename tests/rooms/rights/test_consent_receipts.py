"""Consent receipts: every field is vouched for; what is forged, altered or cut is named."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from facekeep.cli import app
from facekeep.governance.consent import Consent
from facekeep.rights.consent_receipts import ConsentReceipt, issue, verify, verify_against
from facekeep.rights.receipts import Receipt
from facekeep.storage.signed import signature_of
from facekeep.terms.errors import ConsentMissing, FacekeepError, Tampered
from tests.attacks.toolkit import agree, guardian, purpose_text
from tests.attacks.toolkit import publish as bring_into_force
from tests.rooms.storage.conftest import Town


class Case(NamedTuple):
    """Two people's receipts of one home."""

    town: Town
    given: Consent
    mine: ConsentReceipt
    other: ConsentReceipt

    @property
    def vkey(self) -> str:
        return self.town.house.home.signer.vkey

    def altered(self, **fields: Any) -> ConsentReceipt:
        """My receipt with other fields under the old signature."""
        return ConsentReceipt({**copy.deepcopy(self.mine.body), **fields}, self.mine.signature)

    def signed_anew(self, **fields: Any) -> ConsentReceipt:
        """The same, signed by a home that lies."""
        body = self.altered(**fields).body
        return ConsentReceipt(body, signature_of(self.town.house.home, body))


@pytest.fixture(scope="module")
def case(town: Town) -> Case:
    bring_into_force(town.house, purpose_text("office"))
    mine, other = agree(town.house, "alice"), agree(town.house, "bob", "office")
    home = town.house.home
    return Case(town, mine, issue(home, mine), issue(home, other))


def test_receipt_says_what_was_agreed_to(case: Case) -> None:
    """And names nobody."""
    agreed = verify(case.mine, case.vkey)
    assert (agreed.purpose, agreed.scope, agreed.by) == ("gate", "processing", "person")
    assert (agreed.given_at, agreed.expires) == (case.given.given_at, case.given.expires)
    assert agreed.notice == case.given.notice.hex()
    assert "alice" not in case.mine.to_json()
    assert case.given.person.hex() not in case.mine.to_json()


def test_receipt_does_not_carry_the_persons_secret(case: Case) -> None:
    """Whoever finds it learns of one entry, not of a life."""
    secret = case.town.house.home.vault.secret(case.given.person)
    assert secret is not None
    assert secret.hex() not in case.mine.to_json()


def test_receipt_returns_from_its_file(case: Case) -> None:
    """Whatever the white space."""
    packed = json.dumps(json.loads(case.mine.to_json()), ensure_ascii=True)
    assert verify(ConsentReceipt.from_json(packed), case.vkey) == verify(case.mine, case.vkey)


def _stated(case: Case, **fields: Any) -> dict[str, Any]:
    return {**case.mine.body["consent"], **fields}


def test_every_field_is_signed(case: Case) -> None:
    """Each altered alone is refused by the signature."""
    for key in case.mine.body:
        with pytest.raises(Tampered):
            verify(case.altered(**{key: "other"}), case.vkey)
    for key in case.mine.body["consent"]:
        with pytest.raises(Tampered):
            verify(case.altered(consent=_stated(case, **{key: "other"})), case.vkey)


def test_home_that_signs_another_consent_is_refused(case: Case) -> None:
    """The entry commits to the record: our own signature cannot change it afterwards."""
    for key, value in (("expires", 9), ("given_at", 1), ("by", "guardian"), ("scope", "storage"),
                       ("notice", "00" * 32), ("id", "00" * 16)):  # fmt: skip
        with pytest.raises(Tampered, match="another consent"):
            verify(case.signed_anew(consent=_stated(case, **{key: value})), case.vkey)


def test_cut_and_swapped_receipts_are_named(case: Case) -> None:
    """A missing field, somebody else's proof, another purpose, another checkpoint, another kind."""
    cut = {k: v for k, v in case.mine.body["consent"].items() if k != "shown_at"}
    with pytest.raises(Tampered, match="says other than its entries"):
        verify(case.signed_anew(consent=cut), case.vkey)
    with pytest.raises(Tampered, match=r"another checkpoint|not a consent"):
        verify(case.signed_anew(proof=case.other.body["proof"]), case.vkey)
    with pytest.raises(Tampered, match="not a consent to this purpose"):
        verify(case.signed_anew(consent=_stated(case, purpose="office")), case.vkey)
    with pytest.raises(Tampered):
        verify(case.signed_anew(checkpoint="x"), case.vkey)
    with pytest.raises(Tampered, match="another consent"):
        verify(case.signed_anew(salt="00" * 32), case.vkey)
    for missing in case.mine.body:
        body = {k: v for k, v in case.mine.body.items() if k != missing}
        if missing in ("schema", "record_schema", "home", "notice_version", "withdraw", "words"):
            continue  # signed with the rest, and proving nothing by themselves
        home = case.town.house.home
        with pytest.raises(FacekeepError):
            verify(ConsentReceipt(body, signature_of(home, body)), case.vkey)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"body": {"schema": "x"}, "signature": "y"}'])
def test_other_papers_are_no_consent_receipts(text: str) -> None:
    """Nor is a consent receipt one of an erasure."""
    with pytest.raises(Tampered, match="not a consent receipt"):
        ConsentReceipt.from_json(text)


def test_each_kind_is_only_its_own(case: Case) -> None:
    """Neither reads as the other."""
    with pytest.raises(Tampered, match="not an erasure receipt"):
        Receipt.from_json(case.mine.to_json())
    erasure = _erased(case.town)
    with pytest.raises(Tampered, match="not a consent receipt"):
        ConsentReceipt.from_json(erasure.to_json())


def _erased(town: Town) -> Receipt:
    town.site.enrol(town.house, "carol")
    return town.house.withdrawals.withdraw("carol", "gate")


def test_against_the_home_the_state_of_today_is_told(town: Town) -> None:
    """Given, then withdrawn: the receipt still holds, and says that it is over."""
    home = town.house.home
    receipt = issue(home, agree(town.house, "dora"))
    assert verify_against(receipt, home.signer.vkey, home).state == "ConsentGiven"
    town.house.withdrawals.withdraw("dora", "gate")
    assert verify_against(receipt, home.signer.vkey, home).state == "ConsentWithdrawn"


def test_no_receipt_without_a_consent_in_force(town: Town) -> None:
    """Withdrawn, it cannot be had any more; the first copy is the person's."""
    given = agree(town.house, "erin")
    town.house.withdrawals.withdraw("erin", "gate")
    with pytest.raises(ConsentMissing):
        issue(town.house.home, given)


def test_renewed_consent_has_a_receipt_of_its_own(town: Town) -> None:
    """Bound to the entry of the renewal, with the new term."""
    from facekeep.collection.consents import Asking
    from facekeep.governance.consent_story import Channel

    first = agree(town.house, "fay")
    town.clock.advance(86_400)
    shown = town.house.consents.shown("gate", "en", Channel.PORTAL)
    renewed = town.house.consents.renew(Asking("fay", "gate", shown=shown))
    assert renewed.id == first.id
    assert renewed.expires > first.expires
    told = verify(issue(town.house.home, renewed), town.house.home.signer.vkey)
    assert told.expires == renewed.expires


def test_guardian_is_told_by_role_alone(town: Town) -> None:
    """No name, no proof."""
    from datetime import date

    given = agree(town.house, "kim", birth=date(2015, 5, 1), guardian=guardian())
    receipt = issue(town.house.home, given)
    assert verify(receipt, town.house.home.signer.vkey).by == "guardian"
    assert "mother" not in receipt.to_json()


def test_command_line_verifies_both_kinds(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a forged one exits 4."""
    for receipt in (case.mine, _erased(case.town)):
        path = tmp_path / "receipt.json"
        path.write_text(receipt.to_json(), encoding="utf-8")
        assert app.run(["receipt", "verify", str(path), "--key", case.vkey, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["verified"] is True
    path.write_text(case.altered(salt="00" * 32).to_json(), encoding="utf-8")
    assert app.run(["receipt", "verify", str(path), "--key", case.vkey, "--json"]) == 4
