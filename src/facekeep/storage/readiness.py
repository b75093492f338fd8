"""Why a home may not answer in production yet: every reason at once, each with its way out.

A promise that cannot be kept is refused at the start and not found out later (promise P10). Pure:
what is looked at is handed in, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from facekeep.ledger.witness import Kind, target_of
from facekeep.terms.errors import FacekeepError, Misused, NotReady
from facekeep.terms.values import Grade

if TYPE_CHECKING:
    from facekeep.vision.calibration import Calibration
    from facekeep.vision.cards import Card

LEAST_PASSPHRASE = 12
"""Characters. Argon2id makes one guess cost about 0.2 s; a short passphrase falls all the same."""

KNOWN_WORDS = frozenset(
    {
        "admin", "administrator", "changeme", "correcthorsebatterystaple", "default", "demo", "facekeep",
        "letmein", "opensesame", "passphrase", "password", "qwerty", "qwertyuiop", "root", "secret", "test",
        "testtest", "芝麻开门", "open芝麻", "口令", "密码",
    }
)  # fmt: skip
"""Everybody's first guesses, written small and without spaces, figures and signs."""


class Models(Protocol):
    """The installed models (``vision.models.Registry``)."""

    def list(self) -> tuple[Card, ...]:
        """The cards of every model present."""

    def calibration(self, card_id: str, /) -> Calibration | None:
        """The thresholds of one, where it has any."""

    def attack_judge(self) -> object | None:
        """The attack check, where it is installed."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a published purpose asks of the eyes. ``rates`` are false match rates; ``unattended``
    says that a device of it stands where nobody of the staff looks on and checks nothing itself."""

    purpose: str
    model: str
    rates: tuple[float, ...]
    unattended: bool


@dataclass(frozen=True, slots=True)
class Premises:
    """What a service would start on. ``weakness`` is what :func:`weak` says of the passphrase;
    ``proxied`` says that a proxy named to us ends TLS."""

    home: Path
    custody: Path
    demands: Sequence[Demand]
    models: Models
    weakness: str = ""
    passphrase_file: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    proxied: bool = False
    witness: str | None = None
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason not to start, and what mends it."""

    what: str
    remedy: str


Refusals = Iterator[Refusal]


def refusals(premises: Premises) -> list[Refusal]:
    """Every reason not to start; empty where there is none."""
    return [refusal for look in _LOOKS for refusal in look(premises)]


def require_none(found: Sequence[Refusal]) -> None:
    """Raises ``NotReady`` that names them all."""
    if found:
        raise NotReady([one.what for one in found], [one.remedy for one in found])


# -- models ---------------------------------------------------------------------------------


def _models(premises: Premises) -> Refusals:
    """Each purpose's model is here, fit for use, and calibrated for the purpose's rates."""
    cards = {card.id: card for card in premises.models.list() if card.role == "embedder"}
    for demand in premises.demands:
        card = cards.get(demand.model)
        if card is None:
            yield Refusal(
                f"the model of {demand.purpose} is not installed",
                "Add it: facekeep models add FILE",
            )
            continue
        if card.grade is not Grade.PRODUCTION:
            yield Refusal(
                f"the model of {demand.purpose} is for demonstration only",
                "Add a production model and publish the purpose with it",
            )
        yield from _calibrated(demand, premises.models.calibration(demand.model))


def _calibrated(demand: Demand, calibration: Calibration | None) -> Refusals:
    remedy = f"facekeep calibrate DIR --model {demand.model} --population NAME"
    if calibration is None:
        yield Refusal(f"the model of {demand.purpose} has no calibration", remedy)
    elif not all(_supports(calibration, rate) for rate in demand.rates):
        yield Refusal(f"no calibration supports the error rate of {demand.purpose}", remedy)


def _supports(calibration: Calibration, rate: float) -> bool:
    from facekeep.vision.calibration import threshold_for

    try:
        threshold_for(calibration, rate)
    except FacekeepError:
        return False
    return True


def _attack_check(premises: Premises) -> Refusals:
    """Where nobody looks on, a photograph held to the camera must be noticed."""
    alone = [demand.purpose for demand in premises.demands if demand.unattended]
    if alone and premises.models.attack_judge() is None:
        yield Refusal(
            f"no attack check where nobody looks on: {', '.join(alone)}",
            "Add both networks (facekeep models add FILE), or register devices that check by themselves",
        )


# -- secrets --------------------------------------------------------------------------------


def _passphrase(premises: Premises) -> Refusals:
    if premises.weakness:
        yield Refusal(
            premises.weakness, "Choose a new one of several words: facekeep passphrase change"
        )


def weak(passphrase: bytes) -> str:
    """Why a passphrase protects nothing; empty where it may do."""
    text = passphrase.decode("utf-8", "replace").strip()
    plain = "".join(letter for letter in text.casefold() if letter.isalpha())
    if not text:
        return "the passphrase is empty"
    if plain in KNOWN_WORDS or len(set(text)) < len(text) / 4 or len(set(text)) <= 4:
        return "the passphrase is among everybody's first guesses"
    if len(text.encode()) < LEAST_PASSPHRASE:
        return f"the passphrase is shorter than {LEAST_PASSPHRASE} characters"
    return ""


def _places(premises: Premises) -> Refusals:
    """One theft must not take two of them."""
    home, custody = premises.home.resolve(), premises.custody.resolve()
    if custody.is_relative_to(home) or home.is_relative_to(custody):
        yield Refusal(
            "the slot lies inside the home",
            "Move the custody folder out of it, then facekeep adopt",
        )
    if not custody.is_dir():
        yield Refusal("the custody folder is not there", "Attach the device it lies on")
    if premises.passphrase_file is not None and _beside(premises.passphrase_file, home, custody):
        yield Refusal(
            "the passphrase file lies beside the home or the slot",
            "Move it to another folder, best to another device",
        )


def _beside(file: Path, home: Path, custody: Path) -> bool:
    """Anywhere below the folder that holds the home or the slot: copied together, stolen together."""
    trees = {home, custody, home.parent, custody.parent} - {Path(home.anchor)}
    return any(file.resolve().is_relative_to(tree) for tree in trees)


# -- the way in -----------------------------------------------------------------------------


def _transport(premises: Premises) -> Refusals:
    """Nobody reads along: TLS of ours, or a proxy's that was named to us."""
    own = premises.tls_certificate is not None or premises.tls_key is not None
    if own:
        yield from _own_tls(premises)
    elif not premises.proxied:
        yield Refusal(
            "there is neither TLS nor a trusted proxy",
            "Set FACEKEEP_TLS_CERTIFICATE and FACEKEEP_TLS_KEY, or FACEKEEP_TRUSTED_PROXIES",
        )


def _own_tls(premises: Premises) -> Refusals:
    certificate, key = premises.tls_certificate, premises.tls_key
    try:
        if certificate is None or key is None:
            raise ValueError
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
        private = load_pem_private_key(key.read_bytes(), None)
        fits = private.public_key() == first.public_key()
    except (OSError, ValueError, TypeError, IndexError):
        fits, first = False, None
    if not fits or first is None:
        yield Refusal(
            "the TLS certificate and its key cannot be read, or are not a pair",
            "Name both as PEM files without a passphrase",
        )
    elif first.not_valid_after_utc <= datetime.fromtimestamp(premises.now, UTC):
        yield Refusal("the TLS certificate has expired", "Renew it, then start again")


def _witness(premises: Premises) -> Refusals:
    """Only somebody outside finds a ledger that was rewritten as a whole."""
    if not (premises.witness or "").strip():
        yield Refusal("nobody outside remembers the ledger", _NAME_WITNESS)
        return
    try:
        target = target_of(premises.witness or "")
    except Misused:
        yield Refusal("the witness is of no kind we know", _NAME_WITNESS)
        return
    if target.kind is Kind.FOLDER and _same_device(Path(target.where), premises.home):
        yield Refusal("the witness file lies on the disk of the home", _NAME_WITNESS)


_NAME_WITNESS = "Set FACEKEEP_WITNESS: file:FOLDER on another disk, https://HOST#KEY, or printed"


def _same_device(file: Path, home: Path) -> bool:
    """Whether a path leads into the home or, as far as it exists, to the same device."""
    there = file.resolve()
    if there.is_relative_to(home.resolve()):
        return True
    existing = next(path for path in (there, *there.parents) if path.exists())
    return existing.stat().st_dev == home.stat().st_dev


_LOOKS: tuple[Callable[[Premises], Refusals], ...] = (
    _models, _attack_check, _passphrase, _places, _transport, _witness,
)  # fmt: skip
"""In the order in which they are told."""
