"""Production refuses to start on each single thing, and on nothing where none is wrong (P10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from facekeep.storage import readiness
from facekeep.storage.readiness import Demand, Premises, refusals, require_none, weak
from facekeep.terms.errors import NotReady
from facekeep.terms.messages import told
from facekeep.terms.values import Grade

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass
class Shelf:
    """Models of an installation, without files."""

    grade: Grade = Grade.PRODUCTION
    steps: tuple[float, ...] | None = (1e-3, 1e-6)
    attack: object | None = field(default_factory=object)

    def list(self) -> tuple[Any, ...]:
        return (SimpleNamespace(id="good", role="embedder", grade=self.grade),)

    def calibration(self, _: str) -> Any:
        if self.steps is None:
            return None
        steps = [SimpleNamespace(fmr=fmr, threshold=1) for fmr in self.steps]
        return SimpleNamespace(steps=steps)

    def attack_judge(self) -> object | None:
        return self.attack


def pem_pair(folder: Path, days: int = 90) -> tuple[Path, Path]:
    """A certificate good for so many days from NOW, and its key."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gate.example")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(NOW - timedelta(days=400))
    certificate = builder.not_valid_after(NOW + timedelta(days=days)).sign(key, SHA256())
    pem, secret = folder / f"tls{days}.pem", folder / f"tls{days}.key"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return pem, secret


@pytest.fixture
def premises(tmp_path: Path) -> Premises:
    """A home nothing is wrong with."""
    home, custody = tmp_path / "a" / "home", tmp_path / "b" / "custody"
    (tmp_path / "c").mkdir()
    for folder in (home, custody):
        folder.mkdir(parents=True)
    certificate, key = pem_pair(tmp_path / "c")
    (tmp_path / "c" / "passphrase").write_text("…")
    return Premises(
        home=home,
        custody=custody,
        demands=[Demand("gate", "good", (1e-3, 1e-5), unattended=True)],
        models=Shelf(),
        passphrase_file=tmp_path / "c" / "passphrase",
        tls_certificate=certificate,
        tls_key=key,
        witness="printed",
        now=NOW.timestamp(),
    )


def test_nothing_wrong_starts(premises: Premises) -> None:
    """Control: not one reason."""
    assert refusals(premises) == []
    require_none(refusals(premises))


Spoil = Callable[[Premises], Premises]


def spoiled(**fields: Any) -> Spoil:
    return lambda premises: replace(premises, **fields)


def _in_home(name: str) -> Spoil:
    return lambda p: replace(p, **{name: p.home / "x"})


ALONE: dict[str, tuple[Spoil, str]] = {
    "demonstration": (spoiled(models=Shelf(grade=Grade.DEMONSTRATION)), "demonstration only"),
    "not installed": (spoiled(demands=[Demand("gate", "other", (1e-3,), False)]), "not installed"),
    "no calibration": (spoiled(models=Shelf(steps=None)), "has no calibration"),
    "too weak": (spoiled(models=Shelf(steps=(1e-3,))), "no calibration supports"),
    "no attack check": (spoiled(models=Shelf(attack=None)), "no attack check"),
    "weak": (spoiled(weakness="the passphrase is empty"), "empty"),
    "passphrase in the home": (_in_home("passphrase_file"), "passphrase file lies beside"),
    "passphrase beside": (
        lambda p: replace(p, passphrase_file=p.home.parent / "passphrase"), "lies beside"),
    "passphrase in a neighbour": (
        lambda p: replace(p, passphrase_file=p.home.parent / "etc" / "x"), "lies beside"),
    "passphrase by the slot": (
        lambda p: replace(p, passphrase_file=p.custody / "x"), "lies beside"),
    "custody gone": (lambda p: replace(p, custody=p.custody / "gone"), "is not there"),
    "no tls": (spoiled(tls_certificate=None, tls_key=None), "neither TLS"),
    "half tls": (spoiled(tls_key=None), "cannot be read"),
    "absent tls": (spoiled(tls_certificate=Path("/nowhere")), "cannot be read"),
    "no witness": (spoiled(witness=None), "nobody outside"),
    "blank witness": (spoiled(witness="  "), "nobody outside"),
    "witness at home": (lambda p: replace(p, witness=f"file:{p.home}/w"), "witness file"),
    "witness on the disk": (lambda p: replace(p, witness=f"file:{p.home.parent}/w"), "witness file"),
    "strange witness": (spoiled(witness="carrier pigeon"), "no kind"),
}  # fmt: skip


@pytest.mark.parametrize("what", ALONE)
def test_each_alone_refuses(premises: Premises, what: str) -> None:
    """One thing wrong, one reason, with a way out, in Chinese as well."""
    spoil, said = ALONE[what]
    (refusal,) = refusals(spoil(premises))
    assert said in refusal.what
    assert refusal.remedy
    with pytest.raises(NotReady) as caught:
        require_none([refusal])
    chinese = told(caught.value, "zh")
    assert not set("abcdefgh") & set(chinese.what.replace("gate", "").replace("TLS", ""))


def test_custody_inside_the_home_refuses(premises: Premises) -> None:
    """And the other way round."""
    (premises.home / "custody").mkdir()
    for inside in (
        replace(premises, custody=premises.home / "custody"),
        replace(premises, home=premises.custody / "home"),
    ):
        assert "the slot lies inside the home" in [one.what for one in refusals(inside)]


def test_expired_or_strange_certificate_refuses(premises: Premises, tmp_path: Path) -> None:
    """A pair of two pairs is none."""
    certificate, key = pem_pair(tmp_path, days=-1)
    (expired,) = refusals(replace(premises, tls_certificate=certificate, tls_key=key))
    assert "expired" in expired.what
    (strange,) = refusals(replace(premises, tls_key=key))
    assert "pair" in strange.what


def test_a_proxy_stands_for_tls(premises: Premises) -> None:
    """One that was named to us."""
    behind = replace(premises, tls_certificate=None, tls_key=None, proxied=True)
    assert refusals(behind) == []


def test_attended_purposes_need_no_attack_check(premises: Premises) -> None:
    """Somebody looks on; the answer says “not checked”."""
    attended = [replace(premises.demands[0], unattended=False)]
    assert refusals(replace(premises, demands=attended, models=Shelf(attack=None))) == []


def test_everything_is_named_at_once(premises: Premises) -> None:
    """Nobody mends one thing to meet the next."""
    bad = replace(
        premises, models=Shelf(Grade.DEMONSTRATION, None, None), weakness="the passphrase is empty", witness=None,
        tls_certificate=None, tls_key=None, passphrase_file=premises.home / "p",
    )  # fmt: skip
    found = refusals(bad)
    assert len(found) == 7
    with pytest.raises(NotReady) as caught:
        require_none(found)
    assert all(one.what in str(caught.value) for one in found)


@pytest.mark.parametrize(
    "passphrase", ["seven geese over grey water", "k3$Zq!9vTr2@", "月落乌啼霜满天江"]
)
def test_good_passphrases_pass(passphrase: str) -> None:
    """Words, signs, or a verse."""
    assert weak(passphrase.encode()) == ""


def test_every_look_is_taken() -> None:
    """A look that is written and not listed would be a promise nobody checks."""
    assert [look.__name__ for look in readiness._LOOKS] == [
        "_models", "_attack_check", "_passphrase", "_places", "_transport", "_witness",
    ]  # fmt: skip
