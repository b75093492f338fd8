"""The desk: how somebody stands, and what can be done for them."""

from __future__ import annotations

from tests.rooms.web.desk.clerk import Clerk


def test_every_page_of_the_desk_renders(attendant: Clerk) -> None:
    """A walk over what an attendant may open for somebody new."""
    here = attendant.meet("resident-17")
    assert "resident-17" in attendant.get(here)
    for end in ("/ask", "/ask/notice", "/ask/ways", "/ask/not-now", "/ask/consent", "/ask/guardian",
                "/ask/agreed", "/link", "/pin", "/way", "/way/counted", "/case", "/withdraw", "/face"):  # fmt: skip
        for language in ("zh", "en"):
            attendant.get(f"{here}{end}?lang={language}")
    for path in ("/desk", "/desk/kiosk", "/desk/campaigns", "/staff/me", "/staff/prove", "/staff/sign-in", "/staff/accept", "/staff/me/passkey"):  # fmt: skip
        for language in ("zh", "en"):
            attendant.get(f"{path}?lang={language}")
