"""Staff, their sign-in, API keys and approvals as they travel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from facekeep.terms.wire.base import Asked, Told

Role = Literal["officer", "attendant", "case-officer", "inspector", "security", "developer"]
Name = Annotated[str, Field(min_length=1, max_length=60, examples=["Lin"])]
Passphrase = Annotated[
    str, Field(min_length=1, max_length=256, examples=["eleven bright lanterns"])
]
Code = Annotated[str, Field(min_length=1, max_length=12, examples=["123456"])]
InvitationCode = Annotated[str, Field(min_length=1, max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=60, examples=["gate controller 1"])]
Credential = Annotated[
    dict[str, Any],
    Field(description="What the browser returned (W3C WebAuthn, `toJSON`)."),
]
FourEyes = Literal[
    "publish-identification", "renew-all", "open-secret", "export", "officer-add", "staff-reset"
]
"""Acts that two officers approve before they happen."""


class SignIn(Asked):
    """Both factors at once: whoever guesses is not told which one was wrong."""

    name: Name
    passphrase: Passphrase
    code: Code


class Proof(Asked):
    """Both factors once more, for what cannot be taken back."""

    passphrase: Passphrase
    code: Code


class ByPasskey(Asked):
    """The answer of a passkey to our question."""

    credential: Credential


class Question(Told):
    """What a browser hands to `navigator.credentials`, in its JSON form."""

    options: dict[str, Any]


class SessionTold(Told):
    """Who is signed in, and what they may do at this moment."""

    name: str
    role: str
    factor: Literal["passphrase", "passkey"]
    opened_at: str
    proved: bool
    """Whether both factors were shown within the last ten minutes."""
    may: tuple[str, ...]
    """Acts about the home as a whole, or about any purpose."""


class NewPassphrase(Asked):
    """Another passphrase; every session of the account ends with it."""

    old: Passphrase
    new: Passphrase


class NewPasskey(Asked):
    """One more passkey."""

    credential: Credential
    label: Label = "passkey"


class PasskeyTold(Told):
    """One of your passkeys. ``id`` in base64url, as browsers write it."""

    id: str
    label: str
    added_at: str


class Invite(Asked):
    """Who is to be let in, and what as; your passphrase signs for it."""

    name: Name
    role: Role
    passphrase: Passphrase


class InvitationTold(Told):
    """Hand the code over yourself: it is shown once, and good once, until the moment told."""

    id: str
    code: str = Field(repr=False)
    until: str


class TakeUp(Asked):
    """The code an officer handed over."""

    code: InvitationCode


class Offered(Told):
    """What to set up before the account is yours: the secret goes into an authenticator app."""

    name: str
    role: str
    secret: str = Field(repr=False)
    uri: str = Field(repr=False)
    passkey: dict[str, Any] | None = None
    """Options for a passkey instead; null where no address is set to bind one to."""


class Acceptance(Asked):
    """Passphrase and the first code, or a passkey. Roles that sign need a passphrase in any case."""

    code: InvitationCode
    passphrase: Annotated[str | None, Field(min_length=1, max_length=256, repr=False)] = None
    first_code: Annotated[str | None, Field(min_length=1, max_length=12, repr=False)] = None
    credential: Annotated[dict[str, Any] | None, Field(repr=False)] = None
    label: Label = "passkey"


class Signature(Asked):
    """Your passphrase, which opens your key for this one signature."""

    passphrase: Passphrase


class StaffTold(Told):
    """One account."""

    id: str
    name: str
    role: str
    state: Literal["invited", "active", "retired"]
    signs: bool
    """Whether what it signs counts: officers have put its key on their roll."""
    approve: str | None = None
    """What two officers approve (act `officer-add`) so that it does."""


class NewApiKey(Asked):
    """A program to be let in; your passphrase signs for it."""

    label: Label
    scopes: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=80)], ...],
        Field(
            min_length=1,
            max_length=64,
            strict=False,
            examples=[["gate:verification", "gate:alternative"]],
        ),
    ]
    days: Annotated[int, Field(ge=1, le=730)] = 365
    passphrase: Passphrase


class ApiKeyTold(Told):
    """One API key, without its text."""

    id: str
    label: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: str
    expires: str
    revoked_at: str | None = None
    used_on: str | None = None


class ApiKeyMade(ApiKeyTold):
    """The same with its text, which is shown this once and kept nowhere."""

    text: str = Field(repr=False)


class Approve(Asked):
    """Your word for one act, about one thing, for so many hours."""

    act: FourEyes
    what: Annotated[str, Field(min_length=1, max_length=300)]
    hours: Annotated[int, Field(ge=1, le=168)] = 24
    passphrase: Passphrase


class MatterTold(Told):
    """Something that waits for a second officer, or for being done."""

    act: str
    what: str
    until: str
    by: tuple[str, ...]
    complete: bool


class Publication(Asked):
    """A purpose file and its assessment (TOML), and your passphrase, which signs for them."""

    text: Annotated[str, Field(min_length=1, max_length=262_144)]
    assessment: Annotated[str, Field(min_length=1, max_length=262_144)]
    passphrase: Passphrase


class Published(Told):
    """What is in force now."""

    purpose: str
    version: int


class Opening(Asked):
    """The home's own passphrase: what is sealed there opens with nothing else."""

    home_passphrase: Annotated[str, Field(min_length=1, max_length=4096, repr=False)]


class Story(Told):
    """A departed person's entries, oldest first; the secret itself is never shown."""

    case: str
    events: tuple[dict[str, Any], ...]


class ExportOrder(Asked):
    """Whole days in China's time, both inclusive."""

    since: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-01-01"])]
    until: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-03-31"])]
