"""A house asked to answer in production before its promises can be kept: refused, all at once."""

from __future__ import annotations

import pytest

from facekeep import assembly
from facekeep.assembly import House
from facekeep.storage.readiness import Demand
from facekeep.terms.errors import NotReady
from tests.attacks.toolkit import MODEL, Site, publish, purpose_text


def test_development_starts_and_production_refuses(site: Site, house: House) -> None:
    """The same house, the same settings but for one word."""
    production = site.settings.model_copy(update={"mode": "production"})
    assembly.require_ready(house, site.settings)
    with pytest.raises(NotReady) as caught:
        assembly.require_ready(house, production)
    said = " ".join(caught.value.whats)
    for reason in ("is not installed", "TLS", "outside", "first guesses"):
        assert reason in said


def test_what_is_asked_of_the_eyes_is_read_from_the_purposes(site: Site, house: House) -> None:
    """The rate of 1:N follows how many are enrolled; a desk has somebody who looks on."""
    for subject in ("alice", "bob"):
        site.enrol(house, subject)
    home = house.home
    demands = assembly.demands_of(
        home.records, home.vault.store, (home.path / "records.key").read_bytes()
    )
    (gate,) = demands
    assert (gate.purpose, gate.model, gate.unattended) == ("gate", MODEL, False)
    assert gate.rates[0] == 1e-3
    assert gate.rates[1] == pytest.approx(1 - 0.9**0.5)


def test_an_unattended_purpose_is_seen(site: Site, house: House) -> None:
    """A gate whose device does not check by itself."""
    from facekeep.governance.devices import device_of
    from tests.attacks.toolkit import activate, device_key

    publish(house, purpose_text("yard", operations='["verification"]'))
    place = house.home.devices.row("gate-door").device.place
    house.register.add_device(
        device_of(
            id="yard-gate", kind="gate", place=place, zone="whole", purposes=["yard"],
            trusted_for=[], key=device_key("yard-gate")[1],
        )
    )  # fmt: skip
    activate(house, "yard-gate")
    home = house.home
    demands = assembly.demands_of(
        home.records, home.vault.store, (home.path / "records.key").read_bytes()
    )
    assert Demand("yard", MODEL, (1e-3,), True) in demands
