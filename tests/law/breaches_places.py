"""Breaches of where and how pictures are taken."""

from __future__ import annotations

import dataclasses
from datetime import date

from facekeep.assembly import House
from facekeep.governance.purpose_text import PlaceKind
from tests.attacks.toolkit import Site, place_text, publish
from tests.law.planted import breach, run
from tests.law.test_places import (
    SEARCHED,
    equip,
    plant_device,
    plant_place,
    safety_purpose,
    sign_evidence,
)


@breach("FRM-13-2", "VIDEO-PRIV", says="is a private space")
def a_camera_in_a_changing_room(site: Site, house: House) -> None:
    known = house.home.places.row("entrance").place
    plant_place(house, known.model_copy(update={"kind": PlaceKind.CHANGING_ROOM}))


@breach("FRM-13-1", says="without proof of its sign")
def a_device_without_a_sign(site: Site, house: House) -> None:
    row = house.home.devices.row("gate-door")
    plant_device(house, dataclasses.replace(row, sign=None))


@breach("FRM-13-1", says="dated in the future")
def a_sign_from_the_future(site: Site, house: House) -> None:
    row = house.home.devices.row("gate-door")
    later = sign_evidence().model_copy(update={"day": date(2031, 1, 1)})
    plant_device(house, dataclasses.replace(row, sign=later))


@breach("FRM-13-1", "AIA-5-E", says="from no registered device")
def a_device_nobody_registered(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM device")


@breach("PIPL-26", "G41819-COL", says="were not for public safety")
def a_search_of_passers_by(site: Site, house: House) -> None:
    home = house.home
    publish(house, safety_purpose("safety"))
    house.register.add_place(place_text("square", "public", public=True))
    equip(house, "mast", "square", "camera", ["safety"])
    told = {"outcome": "answered", "ground": "own_act", "profile": "standard", "session": "1"}
    origin = home.devices.row("mast").device.short
    home.note(home.purpose_chain("gate"), SEARCHED, {**told, "origin": origin})


@breach("G38671-LIV", says="were changed in the store")
def a_capture_session_set_back(site: Site, house: House) -> None:
    site.ask(house, "alice", attested=True)
    run(house.home.records, "UPDATE capture_session SET state = 'fresh'")


@breach("G41819-COL", says="would search whoever walks past it")
def a_camera_that_searches_whoever_passes(site: Site, house: House) -> None:
    equip(house, "ceiling", "entrance", "camera", ["gate"])


@breach("FRM-05-3", says="how the person was guided", also=frozenset({"G38671-LIV"}))
def a_decision_without_a_profile(site: Site, house: House) -> None:
    home = house.home
    chain = home.chain_of("alice", "gate")
    answer = next(t for t in home.journal.story(chain) if t.details.get("outcome") == "match")
    told = {name: value for name, value in answer.details.items() if name != "profile"}
    home.note(chain, "use:verification:answered", told)
