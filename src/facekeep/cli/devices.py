"""What takes pictures: device add, activate, suspend, retire, list; and capture link."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from facekeep.cli.door import AsJson, Door, PurposeName, SubjectName
from facekeep.cli.manual import Branch, Leaf
from facekeep.cli.officers import OfficerKey, OfficerName, signed
from facekeep.cli.screen import Screen, grouped
from facekeep.terms.errors import CaptureRefused, Misused
from facekeep.terms.profiles import CaptureProfile

if TYPE_CHECKING:
    from facekeep.assembly import House
    from facekeep.collection.capture import Wish
    from facekeep.governance.devices import DeviceRow
    from facekeep.terms.values import Origin


DeviceName = Annotated[str | None, typer.Option("--device", help="option.device", metavar="NAME")]
DeviceKey = Annotated[
    Path | None, typer.Option("--device-key", help="option.device_key", metavar="FILE")
]
Guided = Annotated[
    CaptureProfile, typer.Option("--profile", help="option.profile", metavar="PROFILE")
]
NameArgument = Annotated[str, typer.Argument(help="option.device", metavar="NAME")]

MAX_KEY_BYTES = 8192
DAY, HOUR = 86_400, 3_600


def register(app: typer.Typer) -> None:
    """Add this file's commands."""
    group = typer.Typer(cls=Branch, help="help.device", no_args_is_help=True, rich_markup_mode=None)
    group.command("add", cls=Leaf, help="help.device.add")(add)
    group.command("activate", cls=Leaf, help="help.device.activate")(activate)
    group.command("suspend", cls=Leaf, help="help.device.suspend")(suspend)
    group.command("retire", cls=Leaf, help="help.device.retire")(retire)
    group.command("list", cls=Leaf, help="help.device.list")(list_)
    app.add_typer(group, name="device")
    captures = typer.Typer(
        cls=Branch, help="help.capture", no_args_is_help=True, rich_markup_mode=None
    )
    captures.command("link", cls=Leaf, help="help.capture.link")(link)
    app.add_typer(captures, name="capture")


# -- the register ---------------------------------------------------------------------------


def add(
    context: typer.Context,
    name: NameArgument,
    place: Annotated[str, typer.Option("--place", help="option.place", metavar="P")],
    purpose: Annotated[list[str], typer.Option("--purpose", "-p", help="option.device_purpose", metavar="P")],
    kind: Annotated[str, typer.Option("--kind", help="option.device_kind", metavar="KIND")] = "gate",
    zone: Annotated[str, typer.Option("--zone", help="option.zone", metavar="Z")] = "",
    public_key: Annotated[Path | None, typer.Option("--public-key", help="option.device_public_key", metavar="FILE")] = None,
    key_out: Annotated[Path | None, typer.Option("--key-out", help="option.device_key_out", metavar="FILE")] = None,
    trusted: Annotated[bool, typer.Option("--trusted", help="option.trusted")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Register a device; it takes no picture before it is activated."""
    from facekeep.governance.devices import device_of

    door = Door.at(context, as_json)
    if public_key is not None and key_out is not None:
        raise Misused(door.say("error.one_device_key"))
    with door.house() as house:
        own_zone = zone or house.home.places.row(place).place.zones[0].label
        private, public = _key(door, house, public_key, key_out)
        device = device_of(
            id=name, kind=kind, place=place, zone=own_zone, purposes=purpose, key=public,
            trusted_for=purpose if trusted else [],
        )  # fmt: skip
        row = house.register.add_device(device)
        if key_out is not None:
            write_new(key_out, private, door)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("device.added"), name)
        screen.facts(_facts(row, door))
        if key_out is not None:
            screen.note(door.say("device.key", path=key_out), "good")
        if not public:
            screen.note(door.say("device.no_key"), "warn")
        screen.note(door.say("device.next", name=name))

    door.answer(_document(row) | {"key_file": str(key_out) if key_out else None}, show)


def activate(
    context: typer.Context,
    name: NameArgument,
    officer: OfficerName,
    officer_key: OfficerKey,
    sign_photo: Annotated[Path | None, typer.Option("--sign-photo", help="option.sign_photo", metavar="FILE")] = None,
    sign_printed: Annotated[bool, typer.Option("--sign-printed", help="option.sign_printed")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Put a device to use: its sign hangs, an officer has seen it."""
    from hashlib import sha256

    from facekeep.access.officers import Signed
    from facekeep.collection.capture import activation

    door = Door.at(context, as_json)
    if (sign_photo is None) is not sign_printed:
        raise Misused(door.say("error.sign_evidence"))
    photo = read_picture_file(sign_photo, door) if sign_photo else b""
    digest = sha256(photo).hexdigest() if photo else ""
    with door.house() as house:
        message = activation(name, digest, house.home.devices.row(name).version)
        word = Signed(officer, signed(door, officer_key, message))
        row = house.register.activate(name, photo, word)
    _show(door, row, "device.active")


def suspend(context: typer.Context, name: NameArgument, as_json: AsJson = False) -> None:
    """Out of use until it is activated again."""
    door = Door.at(context, as_json)
    with door.house() as house:
        row = house.register.suspend(name)
    _show(door, row, "device.suspended")


def retire(context: typer.Context, name: NameArgument, as_json: AsJson = False) -> None:
    """Out of use for good."""
    door = Door.at(context, as_json)
    with door.house() as house:
        row = house.register.retire(name)
    _show(door, row, "device.retired")


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every device."""
    door = Door.at(context, as_json)
    with door.house() as house:
        book = house.home.devices
        rows = [book.row(name) for name in book.names()]

    def show(screen: Screen) -> None:
        if not rows:
            screen.headline("plain", door.say("device.none"))
            return
        screen.gap()
        labels = ("device", "device_state", "place", "purpose", "device_kind")
        screen.table(
            [door.say(f"label.{key}") for key in labels],
            [
                (r.device.id, door.word("device_state", r.state.value), r.device.place,
                 door.say("list.join").join(r.device.purposes),
                 door.word("device_kind", r.device.kind.value))
                for r in rows
            ],
        )  # fmt: skip

    door.answer({"devices": [_document(row) for row in rows]}, show)


def _key(
    door: Door, house: House, public_key: Path | None, key_out: Path | None
) -> tuple[bytes, str]:
    """A private key to be written, and the public one for the register; both may be empty."""
    from facekeep.collection.capture import draw_device_key, public_key_of

    if key_out is not None:
        if key_out.resolve().is_relative_to(door.place.resolve()):
            raise Misused(door.say("error.key_inside"))
        if key_out.exists() or key_out.is_symlink():
            raise Misused(door.say("error.file_exists", file=key_out))
        return draw_device_key(house.home.entropy)
    if public_key is not None:
        return b"", public_key_of(read_bounded(public_key, MAX_KEY_BYTES, door))
    return b"", ""


def write_new(path: Path, content: bytes, door: Door) -> None:
    """A new file only its owner may read. Raises ``Misused``."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise Misused(door.say("error.no_folder", folder=path.absolute().parent)) from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _show(door: Door, row: DeviceRow, headline: str) -> None:
    def show(screen: Screen) -> None:
        screen.headline("good", door.say(headline), row.device.id)
        screen.facts(_facts(row, door))

    door.answer(_document(row), show)


def _facts(row: DeviceRow, door: Door) -> list[tuple[str, object]]:
    from facekeep.governance.signs import fingerprint

    device, sign = row.device, row.sign
    facts: list[tuple[str, object]] = [
        (door.say("label.device_state"), door.word("device_state", row.state.value)),
        (door.say("label.place"), f"{device.place} · {device.zone}"),
        (door.say("label.purpose"), door.say("list.join").join(device.purposes)),
        (door.say("label.device_kind"), door.word("device_kind", device.kind.value)),
    ]
    if device.key:
        facts.append(
            (door.say("label.fingerprint"), grouped(fingerprint(bytes.fromhex(device.key))))
        )
    if sign is not None:
        facts.append((door.say("label.sign"), f"{sign.day.isoformat()} · {sign.officer}"))
    return facts


def _document(row: DeviceRow) -> dict[str, Any]:
    sign = row.sign.model_dump(mode="json") if row.sign else None
    told = row.device.model_dump(mode="json")
    return {**told, "state": row.state.value, "version": row.version, "sign": sign}


# -- pictures -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a command's pictures come from: a registered device, or a link for one's own phone."""

    device: str | None
    key: Path | None = None
    link: str | None = None

    def origin(self, door: Door, house: House, wish: Wish, pictures: list[bytes]) -> Origin:
        """Opens, signs and submits in one call where the device's key is here. Raises ``Refused``."""
        from facekeep.collection.capture import sign_capture

        if self.link is not None and self.device is None:
            return house.captures.through_link(self.link, wish, pictures)
        if self.device is None or self.link is not None:
            raise CaptureRefused(
                "no device was named that took this picture", "Name one: --device NAME",
                why="device_unknown",
            )  # fmt: skip
        if self.key is None:
            return house.captures.take(self.device, wish, pictures)
        key = read_bounded(self.key, MAX_KEY_BYTES, door)
        opened = house.captures.open(self.device, wish)
        token, signature = sign_capture(key, opened, pictures)
        return house.captures.admit(token, signature, wish, pictures)


def wish_of(purpose: str, operation: str, profile: CaptureProfile, subject: str = "") -> Wish:
    """What a picture is wanted for, out of a command's words."""
    from facekeep.collection.capture import Wish
    from facekeep.terms.values import Operation

    return Wish(purpose, Operation(operation), subject, profile)


def read_picture_file(path: Path, door: Door) -> bytes:
    """A picture's bytes; no more of them than a picture may have, so that it is refused by size."""
    from facekeep.vision.picture import MAX_BYTES

    return read_bounded(path, MAX_BYTES, door)


def read_bounded(path: Path, limit: int, door: Door) -> bytes:
    """A file's bytes, at most one beyond ``limit``. Raises ``Misused``."""
    try:
        if not path.is_file():
            raise OSError
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError:
        raise Misused(door.say("error.no_file", file=path)) from None


def link(
    context: typer.Context,
    subject: SubjectName,
    purpose: PurposeName,
    hours: Annotated[int, typer.Option("--hours", help="option.link_hours", metavar="N")] = 24,
    as_json: AsJson = False,
) -> None:
    """A token by which one person enrols once from their own phone."""
    door = Door.at(context, as_json)
    with door.house() as house:
        token = house.captures.link(subject, purpose, hours * HOUR)

    def show(screen: Screen) -> None:
        screen.headline("good", door.say("link.made"), purpose)
        screen.facts([(door.say("label.link"), token)])
        screen.note(door.say("link.once", hours=hours))
        screen.note(door.say("link.use", purpose=purpose))

    door.answer({"link": token, "purpose": purpose, "hours": hours}, show)
