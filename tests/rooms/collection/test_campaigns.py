"""Campaigns: a link for each, one reminder, counts that name nobody."""

from __future__ import annotations

import pytest

from facekeep.assembly import House
from facekeep.collection.campaigns import LEAST_TOLD, REST_DAYS, Asked
from facekeep.collection.requests import Question
from facekeep.collection.roster import Line, Named, read
from facekeep.governance.invitations import InvitationState
from facekeep.terms.errors import LinkClosed, Misused, PurposeNotAllowed
from tests.attacks.toolkit import DAY, Turnable, agree, publish, purpose_text

REST = REST_DAYS * DAY + 60


def roster(*subjects: str) -> list[Line]:
    """A list of references."""
    return [Line(number, Named(one)) for number, one in enumerate(subjects, 1)]


def ask(house: House, *subjects: str, name: str = "spring") -> Asked:
    """Ask them for ``gate``."""
    return house.campaigns.ask(name, "gate", roster(*subjects))


def answered(house: House, path: str, state: InvitationState) -> None:
    """Somebody opened their link and chose."""
    opened = house.invitations.open(path.removeprefix("/p/"))
    house.invitations.note(opened, InvitationState.OPENED)
    house.invitations.note(house.invitations.open(path.removeprefix("/p/")), state)


def test_everybody_gets_a_link_that_opens(house: House) -> None:
    """And a request is open for each."""
    asked = ask(house, "anna", "ben")
    assert [link.subject for link in asked.links] == ["anna", "ben"]
    assert [one.outcome for one in asked.lines] == ["requested", "requested"]
    for link in asked.links:
        opened = house.invitations.open(link.token)
        assert (opened.subject, opened.invitation.campaign) == (link.subject, "spring")


def test_whoever_has_a_link_or_answered_is_left_alone_and_not_told_apart(house: House) -> None:
    """Linked, consented, refused, deferred, named twice: one word for all."""
    ask(house, "linked")
    agree(house, "consented")
    house.requests.refuse("refused", "gate")
    house.requests.ask(Question("deferred", ("gate",)))
    house.requests.defer("deferred", "gate")
    again = ask(house, "linked", "consented", "refused", "deferred", "new", "new")
    assert [one.outcome for one in again.lines] == [*["unchanged"] * 4, "requested", "unchanged"]
    assert [link.subject for link in again.links] == ["new"]


def test_somebody_on_an_imported_list_without_a_link_gets_one(house: House) -> None:
    """Asked by a program, and nobody handed them anything."""
    house.requests.ask(Question("anna", ("gate",)))
    assert [one.outcome for one in ask(house, "anna").lines] == ["requested"]


def test_double_import_makes_no_second_link(house: House) -> None:
    """The first link goes on opening."""
    (link,) = ask(house, "anna").links
    assert ask(house, "anna").links == ()
    assert house.invitations.open(link.token).subject == "anna"


def test_unreadable_lines_are_named_and_the_others_asked(house: House) -> None:
    """By their number; nothing of them is repeated."""
    lines = read(b"subject,birth_date\nanna,\nben,yesterday\n,\n", "csv")
    asked = house.campaigns.ask("spring", "gate", lines)
    assert [(one.line, one.outcome) for one in asked.lines] == [(2, "requested"), (3, "refused")]
    assert "ben" not in asked.lines[1].why


def test_child_is_asked_through_a_guardian(house: House) -> None:
    """The link says so; the birth date is not kept."""
    (link,) = house.campaigns.ask(
        "spring", "gate", read(b"subject,birth_date\nchild,2016-05-04\n", "csv")
    ).links
    assert house.invitations.open(link.token).invitation.guardian


@pytest.mark.parametrize("name", ["", "Spring", "-a", "a" * 41, "a/b", "../x", "a b", "春", "a\n"])
def test_odd_names_are_refused(house: House, name: str) -> None:
    """A name stands in an address."""
    with pytest.raises(Misused):
        ask(house, "anna", name=name)
    assert house.campaigns.all() == []


def test_name_belongs_to_one_purpose(house: House) -> None:
    """Or its counts would mix."""
    publish(house, purpose_text("hall"))
    ask(house, "anna")
    with pytest.raises(Misused):
        house.campaigns.ask("spring", "hall", roster("ben"))
    with pytest.raises(PurposeNotAllowed):
        house.campaigns.ask("autumn", "nowhere", roster("ben"))


def test_one_reminder_after_a_rest_for_whoever_is_silent(house: House, clock: Turnable) -> None:
    """Opened or not; never before the rest, never twice; the old link ends."""
    links = ask(house, "anna", "ben", "cao").links
    answered(house, links[1].path, InvitationState.OTHER_WAY)
    assert house.campaigns.remind("spring") == []
    clock.advance(REST)
    assert house.campaigns.standing("spring").waiting == 2
    again = house.campaigns.remind("spring")
    assert sorted(link.subject for link in again) == ["anna", "cao"]
    with pytest.raises(LinkClosed):
        house.invitations.open(links[0].token)
    clock.advance(REST)
    assert house.campaigns.remind("spring") == []


def test_nobody_is_reminded_who_answered_elsewhere(house: House, clock: Turnable) -> None:
    """At the desk, or by the operator's own program."""
    ask(house, "anna", "ben", "cao")
    agree(house, "anna")
    house.requests.refuse("ben", "gate")
    clock.advance(REST)
    assert [link.subject for link in house.campaigns.remind("spring")] == ["cao"]


def test_reminder_keeps_how_far_somebody_was(house: House, clock: Turnable) -> None:
    """Opening the second link is not counted as a second person."""
    links = ask(house, *"abcde").links
    house.invitations.note(house.invitations.open(links[0].token), InvitationState.OPENED)
    clock.advance(REST)
    for link in house.campaigns.remind("spring"):
        house.invitations.note(house.invitations.open(link.token), InvitationState.OPENED)
    told = house.campaigns.standing("spring").told
    assert told is not None
    assert (told["made"], told["opened"], told["reminded"]) == (5, 5, 5)


def test_counts_are_told_from_five_links_on(house: House) -> None:
    """Among fewer a count is an answer."""
    links = ask(house, *"abcd").links
    answered(house, links[0].path, InvitationState.REFUSED)
    assert house.campaigns.standing("spring").told is None
    ask(house, "e")
    told = house.campaigns.standing("spring").told
    assert told is not None
    assert (told["made"], told["opened"], told["refused"]) == (LEAST_TOLD, 1, 1)


def test_link_handed_over_at_the_desk_stays_in_its_campaign(house: House) -> None:
    """And goes on asking the same guardian."""
    ask(house, *"abcd")
    (link,) = house.campaigns.ask("spring", "gate", [Line(1, Named("child", guardian=True))]).links
    again = house.invitations.hand_over("child", "gate")
    opened = house.invitations.open(again.token)
    assert (opened.invitation.campaign, opened.invitation.guardian) == ("spring", True)
    with pytest.raises(LinkClosed):
        house.invitations.open(link.token)
    told = house.campaigns.standing("spring").told
    assert told is not None
    assert told["made"] == 5


def test_answer_at_the_desk_counts_for_the_campaign(house: House) -> None:
    """While a link waits."""
    ask(house, *"abcde")
    house.invitations.heard("a", "gate", InvitationState.OTHER_WAY)
    house.invitations.heard("nobody", "gate", InvitationState.OTHER_WAY)
    told = house.campaigns.standing("spring").told
    assert told is not None
    assert told["other-way"] == 1


def test_campaign_ends_with_its_last_silent_link(house: House, clock: Turnable) -> None:
    """Nothing waits any more, and nobody is reminded."""
    ask(house, "anna")
    assert house.campaigns.standing("spring").ends is not None
    clock.advance(15 * DAY)
    assert house.campaigns.remind("spring") == []
    house.invitations.forget_due()
    assert house.campaigns.standing("spring").ends is None


def test_unknown_campaign_is_said(house: House) -> None:
    """In words."""
    with pytest.raises(Misused):
        house.campaigns.standing("autumn")
