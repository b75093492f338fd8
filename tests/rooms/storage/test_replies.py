"""Replies: one key, one request, one answer; opened by whoever repeats it, and gone with the person."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.storage.replies import KEPT_S, Asked, Reply, ReplyBook, digest_of
from facekeep.terms.errors import KeyReused, OutcomeUnknown, StillRunning, Tampered
from tests.attacks.toolkit import NOON, Site, agree

KEY = "0123456789abcdef"
TOLD = Reply(201, "application/json", b'{"secret":"of anna"}')


def asked(what: bytes = b"enrol", who: str = "program/1", key: str = KEY) -> Asked:
    return Asked(who, key, digest_of("POST", "/v1/x", "application/json", what))


@pytest.fixture
def book(house: House) -> ReplyBook:
    return house.home.replies


def carried_out(book: ReplyBook, about: list[tuple[str, str]] | None = None) -> None:
    """A request that was made and answered."""
    assert book.begin(asked(), NOON) is None
    book.answer(asked(), TOLD, about or [])
    book.rest(asked())


def test_the_same_request_is_answered_the_same(book: ReplyBook) -> None:
    carried_out(book)
    assert book.begin(asked(), NOON) == TOLD


def test_another_request_under_the_key_is_refused(book: ReplyBook) -> None:
    carried_out(book)
    with pytest.raises(KeyReused):
        book.begin(asked(b"enrol somebody else"), NOON)


def test_two_callers_may_draw_one_key(book: ReplyBook) -> None:
    """A key is its caller's own; nobody fetches the answer of another."""
    carried_out(book)
    assert book.begin(asked(who="program/2"), NOON) is None


def test_while_it_is_done_the_same_waits(book: ReplyBook) -> None:
    book.begin(asked(), NOON)
    with pytest.raises(StillRunning):
        book.begin(asked(), NOON)


def test_what_was_interrupted_is_not_begun_again(site: Site) -> None:
    """After a crash nobody knows how far it came."""
    with site.open() as house:
        house.home.replies.begin(asked(), NOON)
    with site.open() as house, pytest.raises(OutcomeUnknown):
        house.home.replies.begin(asked(), NOON)


def test_an_answer_outlives_a_restart(site: Site) -> None:
    with site.open() as house:
        carried_out(house.home.replies)
    with site.open() as house:
        assert house.home.replies.begin(asked(), NOON) == TOLD


def test_what_did_nothing_may_be_asked_anew(book: ReplyBook) -> None:
    book.begin(asked(), NOON)
    book.release(asked())
    book.rest(asked())
    assert book.begin(asked(b"with a better body"), NOON) is None


def test_an_answer_is_not_released(book: ReplyBook) -> None:
    carried_out(book)
    book.release(asked())
    assert book.begin(asked(), NOON) == TOLD


def test_after_a_day_it_is_forgotten(book: ReplyBook, house: House) -> None:
    """The key is as good as new, and no row remains, of whomever it was about."""
    carried_out(book, [("anna", "gate")])
    assert book.begin(asked(), NOON + KEPT_S - 1) == TOLD
    with house.home.records.transaction() as tx:
        assert book.forget_due(tx, NOON + KEPT_S) == 1
        assert tx.execute("SELECT count(*) FROM reply_about").fetchone() == (0,)
    assert book.begin(asked(b"something else"), NOON + KEPT_S) is None


def test_an_old_answer_counts_no_more_though_nobody_swept(book: ReplyBook) -> None:
    carried_out(book)
    assert book.begin(asked(b"something else"), NOON + KEPT_S) is None


# -- who can read it ------------------------------------------------------------------------


def test_nothing_of_it_can_be_read_in_the_store(book: ReplyBook, site: Site) -> None:
    """Neither the answer nor the key nor who asked, nor whom it is about."""
    carried_out(book, [("anna", "gate")])
    with site.sql("records") as store:
        rows = [*store.execute("SELECT * FROM reply"), *store.execute("SELECT * FROM reply_about")]
    flat = b"".join(c if isinstance(c, bytes) else str(c).encode() for row in rows for c in row)
    for said in (b"anna", b"gate", KEY.encode(), b"program", b"secret"):
        assert said not in flat


def test_the_homes_own_keys_do_not_open_it(house: House, book: ReplyBook) -> None:
    """An erasure receipt has what only the person may have: whoever lacks their key gets noise."""
    carried_out(book)
    row = house.home.records.one("SELECT tag, request, answer FROM reply")
    assert row is not None
    guessed = book._envelope(asked(key="another key, as long"))
    with pytest.raises(Tampered):
        guessed.unwrap(row[2], row[0], row[1])


@pytest.mark.parametrize(
    "change",
    [
        "state = 'begun'", "until = until + 1", "answer = zeroblob(40)", "request = zeroblob(32)",
    ],
)  # fmt: skip
def test_an_edited_row_is_refused(book: ReplyBook, site: Site, change: str) -> None:
    carried_out(book)
    with site.sql("records") as store:
        store.execute(f"UPDATE reply SET {change}")
    with pytest.raises(Tampered):
        book.begin(asked(), NOON)


# -- the person leaves ----------------------------------------------------------------------


def test_with_the_person_goes_what_was_answered_about_them(
    house: House, book: ReplyBook, site: Site
) -> None:
    """The answer is erased; a late repetition must not do it anew."""
    agree(house, "anna")
    carried_out(book, [("anna", "gate")])
    house.withdrawals.withdraw("anna", "gate")
    with pytest.raises(OutcomeUnknown):
        book.begin(asked(), NOON)
    with site.sql("records") as store:
        assert [*store.execute("SELECT state, length(answer) FROM reply")] == [("forgotten", 0)]
        assert [*store.execute("SELECT * FROM reply_about")] == []


def test_other_people_and_purposes_keep_their_answers(house: House, book: ReplyBook) -> None:
    agree(house, "anna")
    carried_out(book, [("ben", "gate"), ("anna", "lobby")])
    house.withdrawals.withdraw("anna", "gate")
    assert book.begin(asked(), NOON) == TOLD


def test_an_answer_that_comes_after_the_leaving_is_not_kept(house: House, book: ReplyBook) -> None:
    agree(house, "anna")
    book.begin(asked(), NOON)
    house.withdrawals.withdraw("anna", "gate")
    book.answer(asked(), TOLD, [("anna", "gate")])
    book.rest(asked())
    with pytest.raises(OutcomeUnknown):
        book.begin(asked(), NOON)


def test_a_term_that_is_over_takes_the_answers_too(
    house: House, book: ReplyBook, site: Site
) -> None:
    agree(house, "anna")
    carried_out(book, [("anna", "gate")])
    site.clock.advance(366 * 86_400)
    house.withdrawals.expire_due()
    with site.sql("records") as store:
        assert [*store.execute("SELECT length(answer) FROM reply")] == [(0,)]
