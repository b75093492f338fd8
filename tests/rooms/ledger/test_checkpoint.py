"""Checkpoints are C2SP notes: Go reads ours, we read Go's, and no changed byte passes."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekeep.ledger import checkpoint
from facekeep.ledger.checkpoint import Checkpoint, Note, Signature, Signer
from facekeep.terms.errors import Misused, Tampered

# golang.org/x/mod/sumdb/note, note_test.go.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SIGNER_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_SIGNATURE = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
GO_NOTE = f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"

ROOT = sha256(b"root").digest()
LOG = Signer("ledger.example", bytes(32))
WITNESS = Signer("witness.example/w1", bytes([1]) * 32)
NOTE = checkpoint.sign(Checkpoint("ledger.example", 42, ROOT), LOG)

lines = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=40
)
checkpoints = st.builds(
    Checkpoint,
    origin=lines,
    size=st.integers(0, checkpoint.MAX_SIZE),
    root=st.binary(min_size=32, max_size=32),
    extensions=st.lists(lines, max_size=3).map(tuple),
)


def test_go_note_verifies() -> None:
    """The reference implementation's published note verifies under its published key."""
    assert checkpoint.verify_text(GO_NOTE, GO_VKEY) == GO_TEXT
    with pytest.raises(Tampered):
        checkpoint.verify_text(GO_NOTE.replace("graphy", "graphY"), GO_VKEY)


def test_our_signature_is_gos_byte_for_byte() -> None:
    """Ed25519 is deterministic: with Go's seed we write Go's note and Go's key."""
    signer = Signer("PeterNeumann", base64.b64decode(GO_SIGNER_KEY)[1:])
    assert str(Note(GO_TEXT, (signer.sign(GO_TEXT),))) == GO_NOTE
    assert signer.vkey == GO_VKEY


def test_checkpoint_has_the_c2sp_form() -> None:
    """Origin, decimal size, base64 root, blank line, signature: nothing else."""
    origin, size, root, blank, signature, end = NOTE.split("\n")
    assert (origin, size, blank, end) == ("ledger.example", "42", "", "")
    assert base64.b64decode(root) == ROOT
    assert signature.startswith("— ledger.example ")


def test_secret_is_not_shown() -> None:
    """A signer's repr withholds the seed."""
    assert repr(LOG) == "Signer(name='ledger.example')"


@given(checkpoints)
def test_round_trip(value: Checkpoint) -> None:
    """What was signed is what is read back, whatever the origin and the extension lines."""
    note = checkpoint.sign(value, LOG)
    assert checkpoint.verify(note, LOG.vkey) == value
    assert str(checkpoint.parse_note(note)) == note


def test_no_changed_byte_verifies() -> None:
    """Every byte of a note changed to every other bit pattern of one or more bits is refused."""
    raw = NOTE.encode()
    for place in range(len(raw)):
        for bit in range(8):
            assert not _verifies(raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :])
        assert not _verifies(raw[:place] + raw[place + 1 :])


@given(st.integers(0, len(NOTE.encode()) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed(place: int, change: int) -> None:
    """A single-byte change of any kind never verifies."""
    raw = bytearray(NOTE.encode())
    raw[place] ^= change
    assert not _verifies(bytes(raw))


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_noise_is_refused_in_our_words(noise: str) -> None:
    """Whatever is handed in, the answer is ours: Tampered, never another error."""
    for read in (checkpoint.parse_note, checkpoint.parse_checkpoint, checkpoint.parse_vkey):
        with pytest.raises(Tampered):
            read(noise)


def test_cosignature_stands_beside_the_logs() -> None:
    """A witness adds a line; both keys verify and neither disturbs the other."""
    both = checkpoint.cosign(NOTE, WITNESS)
    assert both.startswith(NOTE)
    assert checkpoint.verify(both, LOG.vkey) == checkpoint.verify(both, WITNESS.vkey)
    with pytest.raises(Misused):
        checkpoint.cosign(both, WITNESS)


def test_unknown_signatures_are_ignored_wanted_ones_required() -> None:
    """Lines of other algorithms and keys pass by; without the wanted one nothing verifies."""
    parsed = checkpoint.parse_note(NOTE)
    foreign = Signature("witness.example/pq", b"\x09\x08\x07\x06", bytes(2420))
    note = str(Note(parsed.text, (foreign, *parsed.signatures)))
    assert checkpoint.verify(note, LOG.vkey).size == 42
    with pytest.raises(Tampered, match="not signed by the expected key"):
        checkpoint.verify(note, WITNESS.vkey)


def test_wanted_signature_must_verify() -> None:
    """The right name and key hash with a wrong or short signature is refused."""
    parsed = checkpoint.parse_note(NOTE)
    for value in (bytes(64), bytes(63)):
        forged = Signature(LOG.name, LOG.key.key_hash, value)
        with pytest.raises(Tampered):
            checkpoint.verify(str(Note(parsed.text, (forged,))), LOG.vkey)


@pytest.mark.parametrize(
    "note",
    [
        NOTE.replace("\n42\n", "\n042\n"),
        NOTE.replace("\n42\n", "\n+42\n"),
        NOTE.replace("\n42\n", "\n٤٢\n"),
        NOTE.replace("\n42\n", "\n-1\n"),
        NOTE.replace("\n42\n", f"\n{checkpoint.MAX_SIZE + 1}\n"),
        NOTE.replace("ledger.example\n42", "ledger\x00example\n42"),
        NOTE.replace("ledger.example\n42", "\n42"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("=\n\n", "\n\n"),
        NOTE.replace("=\n\n", "==\n\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—  "),
        NOTE.replace("— ledger.example", "— ledger+example"),
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        NOTE.replace("\n\n", "\n"),
        NOTE + NOTE.split("\n\n")[1],
        NOTE.replace("\n\n", "\nextension\n\n\n"),
        "",
        "\n",
        "\n\n",
        "\ud800" + NOTE,
    ],
)
def test_strict_form(note: str) -> None:
    """Leading zeros, signs, foreign digits, controls, loose base64 and repeated lines: refused."""
    with pytest.raises(Tampered):
        checkpoint.parse_checkpoint(checkpoint.parse_note(note).text)


def test_strict_form_survives_a_good_signature() -> None:
    """A text our key did sign is still refused when it is no checkpoint."""
    for text in ("ledger.example\n042\nAAAA\n", f"ledger.example\n042\n{_base64(ROOT)}\n"):
        with pytest.raises(Tampered):
            checkpoint.verify(str(Note(text, (LOG.sign(text),))), LOG.vkey)


def test_oversize_notes_are_refused_before_parsing() -> None:
    """A note has at most MAX_NOTE_BYTES bytes and MAX_SIGNATURES lines."""
    many = tuple(Signature(f"w{number}", b"abcd", b"x") for number in range(101))
    with pytest.raises(Tampered, match="too many"):
        checkpoint.parse_note(str(Note("text\n", many)))
    with pytest.raises(Tampered, match="too large"):
        checkpoint.parse_note("長" * (checkpoint.MAX_NOTE_BYTES // 3 + 1) + NOTE)


def test_mangled_keys_are_refused() -> None:
    """No part and no one-step change of a verifier key is a key (Go's own test)."""
    length = len(GO_VKEY)
    parts = {GO_VKEY[i:j] for i in range(length) for j in range(i, length + 1)} - {GO_VKEY}
    changed = {GO_VKEY[:i] + chr(ord(GO_VKEY[i]) + 1) + GO_VKEY[i + 1 :] for i in range(length)}
    wrong_length = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
    unknown_algorithm = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    for vkey in (*parts, *changed, wrong_length, unknown_algorithm):
        with pytest.raises(Tampered):
            checkpoint.parse_vkey(vkey)
    assert str(checkpoint.parse_vkey(GO_VKEY)) == GO_VKEY


def test_senseless_values_are_misuse() -> None:
    """Names, seeds, roots and sizes that no note can carry are refused when made."""
    for name in ("", "a b", "a+b", "a\nb", "a\u2003b"):
        with pytest.raises(Misused):
            Signer(name, bytes(32))
    with pytest.raises(Misused):
        Signer("log", bytes(31))
    for origin, size, root in (("", 1, ROOT), ("a\nb", 1, ROOT), ("a", -1, ROOT), ("a", 1, b"")):
        with pytest.raises(Misused):
            Checkpoint(origin, size, root)


def _verifies(raw: bytes) -> bool:
    try:
        checkpoint.verify(raw.decode(), LOG.vkey)
    except (Tampered, UnicodeDecodeError):
        return False
    return True


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
