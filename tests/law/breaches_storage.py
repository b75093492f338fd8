"""Breaches of what rests: files, stores, references, ledger, models."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from facekeep.access.officers import Signed, public_of, retire_message, sign
from facekeep.assembly import House
from facekeep.storage.budgets import Totals
from tests.attacks.staff import key_of
from tests.attacks.toolkit import DAY, OFFICER, Site
from tests.law.estate import SECOND_OFFICER
from tests.law.planted import CASES, CONSENT, DECISIONS, breach, run

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + bytes(200)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


# -- storage --------------------------------------------------------------------------------


@breach("FRM-14-1", "NDSR-09", says="others may read")
def a_file_others_may_read(site: Site, house: House) -> None:
    site.file("records").chmod(0o644)


@breach(
    "FRM-14-1", "NDSR-09", says="a wrapped secret does not open", also=CONSENT | CASES | DECISIONS
)
def a_wrapped_secret_was_changed(site: Site, house: House) -> None:
    run(house.home.vault.store, "UPDATE person_secret SET wrapped = zeroblob(length(wrapped))")


@breach("FRM-14-1", "NDSR-09", "PIPL-69", says="the ledger does not verify")
def a_ledger_entry_was_edited(site: Site, house: House) -> None:
    run(
        house.home.records,
        "UPDATE ledger_entry SET leaf = CAST(replace(leaf, 'a', 'b') AS BLOB) WHERE idx = 2",
    )


@breach("FRM-14-1", "NDSR-09", "PIPL-51-4", says="four eyes")
def an_officer_left_alone(site: Site, house: House) -> None:
    home = house.home
    message = retire_message(public_of(key_of(SECOND_OFFICER)))
    vouched = Signed(OFFICER, sign(key_of(OFFICER), message))
    with home.records.transaction() as tx:
        home.officers.retire(tx, SECOND_OFFICER, int(home.journal.now()), vouched)


@breach("FRM-14-1", "NDSR-09", "G41819-TPL", "I24745-TPL", says="were changed")
def a_reference_was_edited(site: Site, house: House) -> None:
    run(house.home.references.store, "UPDATE reference SET mac = zeroblob(32)")


@breach("FRM-14-1", "NDSR-09", says="beyond the daily limit")
def somebody_was_answered_too_often(site: Site, house: House) -> None:
    home = house.home
    (person,) = home.directory.persons("alice", "gate")
    last = home.journal.last(home.chain(person))
    assert last
    totals = Totals(0, int(site.clock.now // DAY), {"00000000": 40}).as_dict()
    home.note(home.chain(person), "use:verification:answered", {**last.details, "totals": totals})


@breach("PIPL-51-3", "G40660-STO", "G35273-BIO", says="reference.name")
def a_name_stands_beside_the_reference(site: Site, house: House) -> None:
    run(house.home.references.store, "ALTER TABLE reference ADD COLUMN name TEXT")


@breach("PIPL-51-3", "G40660-STO", "G35273-BIO", says="joins people and references")
def a_table_joins_people_and_references(site: Site, house: House) -> None:
    row = min(house.home.references.identifiers())
    run(house.home.records, "CREATE TABLE handy (subject TEXT, it BLOB)")
    run(house.home.records, "INSERT INTO handy VALUES ('alice', ?)", row)


@breach("PIPL-51-3", "G40660-STO", "G35273-BIO", says="share one key")
def two_stores_share_a_key(site: Site, house: House) -> None:
    (house.home.path / "records.key").write_bytes(house.home.custody.signing_seed())


@breach("G35273-BIO", "G41819-STO", "NDSR-24", says="spool/last.tmp: JPEG")
def a_picture_was_left_in_the_home(site: Site, house: House) -> None:
    folder = house.home.path / "spool"
    folder.mkdir(mode=0o700)
    (folder / "last.tmp").write_bytes(JPEG)


@breach("G35273-BIO", "G41819-STO", "NDSR-24", says="crops.picture: PNG")
def a_picture_was_put_in_a_store(site: Site, house: House) -> None:
    run(house.home.records, "CREATE TABLE crops (picture BLOB)")
    run(house.home.records, "INSERT INTO crops VALUES (?)", PNG)


@breach("G41819-TPL", "I24745-TPL", "FRM-14-1", "NDSR-09", says="without a mask")
def a_plain_code_was_stored(site: Site, house: House) -> None:
    codes = np.random.default_rng(5).integers(-11, 12, 130).astype(np.int16).tobytes()
    run(house.home.references.store, "UPDATE reference SET words = ?", codes)


@breach("NDSR-09", says="longer than allowed")
def an_archive_that_would_never_die(site: Site, house: House) -> None:
    home = house.home
    home.archives.seal_references(home.references.store, site.folder / "a", int(home.clock()))
    (key,) = (home.custody.folder / "archive-keys").iterdir()
    told = json.loads(key.read_bytes())
    told["archive"]["dies_at"] += 900 * DAY
    key.write_bytes(json.dumps(told).encode())


# -- the ledger -----------------------------------------------------------------------------


@breach("FRM-14-1", "PIPL-69", says="no outside witness")
def nobody_witnesses(site: Site, house: House) -> None:
    run(house.home.records, "DELETE FROM ledger_witness")


@breach("FRM-14-1", "PIPL-69", says="within 30 days")
def the_witness_went_away(site: Site, house: House) -> None:
    run(house.home.records, "UPDATE ledger_witness SET seen_at = seen_at - ?", 40 * DAY)


@breach("FRM-14-1", says="without an entry")
def an_answer_nobody_wrote_down(site: Site, house: House) -> None:
    day = int(site.clock.now // DAY)
    run(house.home.records, "INSERT INTO answered VALUES (randomblob(32), '0.001', ?)", day)
    run(house.home.records, "INSERT INTO answered VALUES (randomblob(32), '0.001', ?)", day)


@breach("FRM-14-1", "G38671-LIV", says="how sure")
def an_answer_without_its_error_rate(site: Site, house: House) -> None:
    home = house.home
    chain = home.chain_of("alice", "gate")
    answer = next(
        told for told in home.journal.story(chain) if told.details.get("outcome") == "match"
    )
    told = {name: value for name, value in answer.details.items() if name != "max_fmr"}
    home.note(chain, "use:verification:answered", told)


# -- models ---------------------------------------------------------------------------------


def _models(site: Site, suffix: str) -> list[Path]:
    return sorted((site.folder / "models").glob(f"*{suffix}"))


@breach("I19795-PERF", says="never calibrated")
def a_model_without_a_calibration(site: Site, house: House) -> None:
    (file,) = _models(site, ".calibration.toml")
    file.unlink()


@breach("I19795-PERF", says="a date")
def a_calibration_from_the_future(site: Site, house: House) -> None:
    (file,) = _models(site, ".calibration.toml")
    file.write_text(file.read_text().replace("2026-05-20", "2031-05-20"))


@breach(
    "AIA-5-FG", "FRM-09-4", "G41819-COL", "G38671-LIV", "I30107-PAD", "I19795-PERF", says="refused"
)
def a_model_that_tells_moods(site: Site, house: House) -> None:
    card = _models(site, ".card.toml")[0]
    card.write_text(card.read_text().replace('role = "', 'role = "emotion-'))


@breach("AIA-5-FG", "G41819-COL", says="age-and-sex.onnx")
def a_model_nobody_registered(site: Site, house: House) -> None:
    (site.folder / "models" / "age-and-sex.onnx").write_bytes(b"network")


@breach("G38671-LIV", "I30107-PAD", says="the attack check is not installed")
def no_attack_check(site: Site, house: House) -> None:
    for card in _models(site, ".card.toml"):
        if 'role = "attack"' in card.read_text():
            card.with_name(card.name.replace(".card.toml", ".model")).unlink()
            card.unlink()
