"""``make tour``: a home with a month behind it, served on this machine, with the links to look around.

    python scripts/tour.py [--port N] [--keep FOLDER]

Riverside Residence / 河畔公寓 is invented, and nobody's face is stored in it. Ctrl-C ends the tour and removes
everything it wrote; ``--keep`` names an empty folder that stays.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import time

import segno

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run by its path, as make does
    sys.path.insert(0, str(ROOT))

from facekeep.terms.errors import FacekeepError  # noqa: E402
from scripts.tour_home import Account  # noqa: E402
from scripts.tour_served import free_port  # noqa: E402
from scripts.tour_story import PIN, Tour, tour  # noqa: E402

HOST = "localhost"
"""Browsers give the camera only to safe addresses; this machine's own name counts as one."""

GREETING = """
  Riverside Residence · 河畔公寓
  An invented home with a month behind it. Nobody's face is stored in it.
  虚构的一家公寓，已运行一个月。其中没有任何人的人脸。
"""
ROLES = {
    "officer": "个人信息保护负责人 officer",
    "case-officer": "个案人员 case officer",
    "attendant": "现场人员 attendant",
    "inspector": "检查人员 inspector",
    "security": "安全人员 security",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Found, serve, and clear up."""
    given = _parser().parse_args(arguments)
    with _folder(given.keep) as folder:
        print("Founding the home ... 正在建立 ...", flush=True)
        serve(tour(folder, given.port or free_port()))


def serve(told: Tour) -> None:
    """Answer until Ctrl-C."""
    from facekeep.web import server

    settings = told.residence.settings
    with told.residence.open() as house:
        server.serve(house, settings, lambda _: _welcome(told, settings.origin))


def places(told: Tour, origin: str) -> list[tuple[str, str]]:
    """What there is to look at, and where."""
    return [
        ("Portal, not chosen yet 自助页面（尚未选择）", origin + told.links["choosing"]),
        ("Portal, a resident 自助页面（住户）", origin + told.links["mine"]),
        ("Desk 现场工作台", f"{origin}/desk"),
        ("Kiosk 自助机", f"{origin}/kiosk"),
        ("Console 管理台", f"{origin}/console"),
    ]


def codes(staff: Sequence[Account], now: float) -> str:
    """Every one-time code of this moment."""
    return "   ".join(f"{one.name} {one.code(now)}" for one in staff)


# -- what is said ---------------------------------------------------------------------------------


def _welcome(told: Tour, origin: str) -> None:
    print(GREETING)
    for name, address in places(told, origin):
        print(f"  {name}\n    {address}")
    print(f"\n  The resident's PIN 住户的 PIN：{PIN}")
    print(f"  A complaint's receipt code 投诉凭证码：{told.case_code}\n")
    print("  Staff 工作人员：name 姓名 · passphrase 口令 · role 角色")
    for one in told.residence.staff:
        print(f"    {one.name} · {one.passphrase} · {ROLES[one.role]}")
    print(
        "  One-time codes now 当前一次性验证码：", codes(told.residence.staff, time()), sep="\n    "
    )
    print("\n  The first link as a QR code 第一个链接：")
    segno.make(origin + told.links["choosing"]).terminal(compact=True)
    print("  Enter: fresh codes 回车：新的验证码 · Ctrl-C: the end 结束", flush=True)
    Thread(target=_answer_returns, args=(told.residence.staff,), daemon=True).start()


def _answer_returns(staff: Sequence[Account], say: Callable[[str], None] = print) -> None:
    """Fresh codes whenever somebody presses Enter."""
    for _ in sys.stdin:
        say(f"    {codes(staff, time())}")


# -- where it lies --------------------------------------------------------------------------------


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """The folder named, or one that is gone afterwards."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="facekeep-tour-") as folder:
            yield Path(folder)
        return
    kept.mkdir(parents=True, exist_ok=True)
    if any(kept.iterdir()):
        sys.exit(f"{kept} is not empty: choose another folder")
    yield kept


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--port", type=int, default=0, help="where to answer; a free one if left out"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="an empty folder that stays")
    return parser


if __name__ == "__main__":
    try:
        main()
    except FacekeepError as error:
        sys.exit(f"{error}\n{getattr(error, 'remedy', '')}")
