"""A command line on its way to the service that owns the home, and what comes back.

One JSON document a line over the home's socket: a :class:`CommandLine`, then as many of
:data:`Message` as it takes, each :class:`Question` answered by one :class:`Reply`, an :class:`End` or a
:class:`Fault` last. Texts of a caller's shell travel as bytes: not every file name is a text.
"""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Written = Literal["passphrase", "officer_passphrase"]
"""Secrets a caller may have in a file or in the environment."""


class _Line(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64"
    )


class Facing(_Line):
    """What one of a caller's streams leads to."""

    is_terminal: bool
    width: int = Field(ge=1, le=10_000)
    colours: Literal["standard", "256", "truecolor"] | None
    no_colour: bool
    encoding: str = Field(max_length=40)


class CommandLine(_Line):
    """What was typed, and where: ``folder`` is what relative paths are meant from."""

    version: str
    arguments: tuple[bytes, ...]
    folder: bytes
    home: bytes
    language: Literal["zh", "en"]
    attended: bool
    """Whether somebody sits there who can be asked."""
    out: Facing
    err: Facing


class Output(_Line):
    """Something for one of the caller's streams."""

    kind: Literal["output"] = "output"
    to: Literal["out", "err"]
    text: str


class Question(_Line):
    """Something only the caller knows: a secret they have written down, or type unseen."""

    kind: Literal["question"] = "question"
    about: Written | Literal["typed"]
    prompt: str = ""


class End(_Line):
    """The command has ended."""

    kind: Literal["end"] = "end"
    code: int


class Fault(_Line):
    """The command was not carried out, and why."""

    kind: Literal["fault"] = "fault"
    what: str
    remedy: str


class Reply(_Line):
    """The answer to a question; null where the caller knows none."""

    said: bytes | None = Field(repr=False)


LINE: TypeAdapter[CommandLine] = TypeAdapter(CommandLine)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
Message = Output | Question | End | Fault
MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])


class Talk(Protocol):
    """A command's line to whoever typed it."""

    @property
    def process(self) -> int:
        """The caller's process id, as the kernel tells it."""
        ...

    def tell(self, output: Output) -> None:
        """Send something on; never waits for the caller to read it."""
        ...

    def ask(self, question: Question) -> bytes | None:
        """Raises ``Broken`` where the caller left or takes too long."""
        ...
