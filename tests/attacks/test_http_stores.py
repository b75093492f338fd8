"""Somebody writes into the stores under a running server, or walks away with them: every answer that
would rest on it is a 500 that names the place, nothing is accepted, and others are served on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from facekeep.assembly import House
from facekeep.ledger.verify import verify_export
from facekeep.terms.encoding import canonical
from facekeep.terms.errors import Tampered
from tests.attacks.http import TestClient, api_key, at_the_door, question
from tests.attacks.toolkit import People, Site, Turnable
from tests.conftest import Mould

PATH = "/v1/verifications"


@pytest.fixture
def door(site: Site, house: House) -> Iterator[TestClient]:
    """Anna and Ben are enrolled."""
    for subject in ("anna", "ben"):
        site.enrol(house, subject)
    with at_the_door(house, site.settings, site.people) as client:
        yield client


def ask(
    door: TestClient, site: Site, house: House, subject: str, face: str, number: int = 100
) -> Any:
    return door.post(PATH, json=question(house, subject, site.good_photo(face, number)))


def tampered(answer: Any) -> str:
    """Which place the problem names; no decision, no name, no value."""
    told = answer.json()
    assert answer.status_code == 500, answer.text
    assert (told["code"], "decision" in told) == ("tampered", False)
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["remedy"]
    assert "anna" not in answer.text
    return str(told["detail"])


def swap(column: str, table: str, key: str) -> Callable[[sqlite3.Connection], None]:
    """Two rows of a table exchange one column."""

    def act(sql: sqlite3.Connection) -> None:
        (one, first), (two, second) = sql.execute(f"SELECT {key}, {column} FROM {table} LIMIT 2")
        sql.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (second, one))
        sql.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (first, two))

    return act


def change(statement: str) -> Callable[[sqlite3.Connection], None]:
    return lambda sql: sql.execute(statement) and None


DAMAGES = {
    "references swapped": ("references", swap("words", "reference", "row")),
    "references zeroed": ("references", change("UPDATE reference SET words = zeroblob(length(words))")),
    "keys swapped": ("keys", swap("wrapped", "subject_key", "row")),
    "grants swapped": ("keys", swap("consent", "subject_key", "row")),
    "secrets swapped": ("keys", swap("wrapped", "person_secret", "person")),
    "persons renamed": ("records", change("UPDATE person SET about = zeroblob(length(about))")),
    "a consent's term moved": ("records", change("UPDATE consent SET expires = expires + 1")),
    "a purpose eased": ("records", change("UPDATE purpose SET body = replace(body, '0.001', '0.0001')")),
    "a key widened": ("records", change("UPDATE api_key SET scopes = 'gate:identification ledger'")),
    "a key brought back": ("records", change("UPDATE api_key SET revoked_at = 1")),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_changed_rows_are_accepted_by_nobody(
    door: TestClient, site: Site, house: House, damage: str
) -> None:
    """Edited while the server runs: no match for anybody, and where it is noticed it is said."""
    store, act = DAMAGES[damage]
    with site.sql(store) as sql:
        tables = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
        try:
            act(sql)
        except sqlite3.OperationalError as error:
            pytest.fail(f"{damage}: {error}; there are {sorted(tables)}")
    for number, (subject, face) in enumerate([("anna", "anna"), ("anna", "ben"), ("ben", "anna")]):
        told = ask(door, site, house, subject, face, 200 + 10 * number)
        assert told.status_code >= 400 or told.json()["decision"] == "non-match", damage
        if subject == face:
            assert tampered(told)


def test_the_undamaged_match(door: TestClient, site: Site, house: House) -> None:
    """Control."""
    assert ask(door, site, house, "anna", "anna").json()["decision"] == "match"


def test_damage_to_one_leaves_the_others_alone(door: TestClient, site: Site, house: House) -> None:
    """Ben's row is noise; Anna comes in."""
    row = site.row(house, "ben")
    with site.sql("keys") as sql:
        sql.execute(
            "UPDATE subject_key SET wrapped = zeroblob(length(wrapped)) WHERE row = ?", (row.row,)
        )
    assert tampered(ask(door, site, house, "ben", "ben"))
    assert ask(door, site, house, "anna", "anna").json()["decision"] == "match"


def test_a_copied_row_is_nobody(door: TestClient, site: Site, house: House) -> None:
    """Anna's reference under Ben's number: Ben's consent does not let Anna in."""
    rows = {name: site.row(house, name).row for name in ("anna", "ben")}
    with site.sql("references") as sql:
        sql.execute(
            "UPDATE reference SET words = (SELECT words FROM reference WHERE row = ?) WHERE row = ?",
            (rows["anna"], rows["ben"]),
        )
    told = ask(door, site, house, "ben", "anna")
    assert told.status_code == 500 or told.json()["decision"] == "non-match"


def test_a_rewritten_ledger_is_not_handed_out_as_ours(
    door: TestClient, site: Site, house: House
) -> None:
    """The pages still say what lies there; whoever verifies them finds the place."""
    event = ask(door, site, house, "anna", "anna").json()["event"]
    house.seal_checkpoint()
    note = door.get("/v1/ledger/checkpoint").text
    with site.sql("records") as sql:
        sql.execute(
            "UPDATE ledger_entry SET leaf = CAST(replace(leaf, 'answered', 'answereD') AS BLOB) WHERE id = ?",
            (bytes.fromhex(event),),
        )
    items = door.get("/v1/ledger/entries?limit=1000").json()["items"]
    with pytest.raises(Tampered):
        verify_export([canonical(one).decode() for one in items], [note], house.home.signer.vkey)


# -- stolen ---------------------------------------------------------------------------------------------


def test_a_stolen_store_lets_nobody_in(door: TestClient, site: Site, house: House) -> None:
    """What lies in records.db is no key: not its digest, not its number, not a session."""
    key = api_key(house)
    stolen = site.file("records").read_bytes()
    assert key.encode() not in stolen
    assert key.rpartition("_")[2].encode() not in stolen
    with site.sql("records") as sql:
        found = [value for row in sql.execute("SELECT * FROM api_key") for value in row]
    for value in found:
        shown = value.hex() if isinstance(value, bytes) else str(value)
        for form in (shown, f"fk_{shown}", f"fk_{found[0]}_{shown}"):
            headers = {"Authorization": f"Bearer {form}".encode("ascii", "replace").decode()}
            assert door.get("/v1/ledger/entries", headers=headers).status_code == 401


def test_answers_carry_no_secret(door: TestClient, site: Site, house: House) -> None:
    """A whole life over HTTP, and neither names, vectors, scores nor keys in any answer of use."""
    texts = [
        ask(door, site, house, "anna", "anna").text,
        ask(door, site, house, "anna", "ben", 300).text,
        ask(door, site, house, "nobody", "ben", 400).text,
        door.get("/metrics").text,
        door.get("/readyz").text,
    ]
    vectors = [str(float(v[0]))[:8] for v in site.people.seen.values()]
    secrets = ["anna", "ben", house.keepers.rotation_key.hex()[:16], "score", "threshold", *vectors]
    for text in texts:
        assert not [one for one in secrets if one in text], text[:300]


# -- characters -----------------------------------------------------------------------------------------

ODD = (
    "' OR '1'='1", "'; DROP TABLE person;--", '" OR ""="', "%", "_", "../../records.key", "..\\..\\x",
    "/etc/passwd", "C:\\home", "${jndi:ldap://x}", "={{7*7}}=", "<script>alert(1)</script>", "=1+1",
    "anna\u202e", "\ufeffanna", "ＡＮＮＡ", "anna%00", "a" * 200, "🦉", "ａｎｎａ", "anna\u0301", "NULL", "0", "-1",
    "true", "\\x00", "$(id)", "`id`", "|id", "~", "%s%s%n", "\u2028",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_characters_are_only_characters(
    one_sided: tuple[TestClient, Site, House], text: str
) -> None:
    """SQL, paths, templates, formats: in a body and in a path, each names nobody and does nothing."""
    door, site, house = one_sided
    before = house.home.records.rows("SELECT count(*) FROM person")
    told = door.post(
        PATH, json=question(house, text, site.people.photo("stranger", ODD.index(text)))
    )
    assert told.status_code in (200, 400, 403, 422), told.text
    if told.status_code == 200:
        assert told.json()["decision"] == "non-match"
    for purpose in ("gate", text[:80]):
        body = {**question(house, "anna", b"a wall"), "purpose": purpose or "x"}
        assert door.post(PATH, json=body).status_code in (400, 403, 422)
    answer = door.get(f"/v1/subjects/{_quoted(text)}/references/gate")
    assert answer.status_code in (200, 400, 403, 404, 422)
    assert "=49=" not in answer.text
    assert house.home.records.rows("SELECT count(*) FROM person") == before


def _quoted(text: str) -> str:
    return quote(text, safe="")


@pytest.fixture(scope="module")
def one_sided(
    tmp_path_factory: pytest.TempPathFactory, mould: Mould
) -> Iterator[tuple[TestClient, Site, House]]:
    """One home for all the odd characters."""
    clock = Turnable()
    site = Site(tmp_path_factory.mktemp("odd"), clock, People()).settle(mould(clock.now))
    with site.open() as house:
        site.enrol(house, "anna")
        with at_the_door(house, site.settings, site.people) as client:
            yield client, site, house
