"""What the two keepers share and nobody else holds: the keys of their tags and their padding."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from facekeep.protect.encoding import in_norm_window
from facekeep.protect.schemes import split
from facekeep.terms.errors import Tampered
from facekeep.terms.ports import Entropy
from facekeep.terms.values import Code, Permit, Ring


@dataclass(frozen=True, slots=True)
class KeeperPair:
    """Drawn at each start and handed to both keepers; the comparator never sees it."""

    tag_key: bytes = field(repr=False)
    pad_key: bytes = field(repr=False)

    @classmethod
    def draw(cls, entropy: Entropy) -> KeeperPair:
        """Fresh keys."""
        return cls(entropy(32), entropy(32))

    def half(self, permit: Permit, probe: Code, sums: Ring) -> split.Partial:
        """Pad the sums and swear to what was answered."""
        return self.answered(permit, probe_digest(probe), sums)

    def answered(self, permit: Permit, digest: bytes, sums: Ring) -> split.Partial:
        """The same for a keeper that has taken the digest of the probe it saw."""
        padded = sums + split.pad(self.pad_key, permit, sums.shape)
        return split.Partial(
            padded, split.tag(self.tag_key, permit, permit.target, permit.epoch, digest)
        )


def probe_digest(probe: Code) -> bytes:
    """SHA-256 of a probe's bytes: what a permit is made out for."""
    return hashlib.sha256(probe.tobytes()).digest()


def refuse_unfit_probe(probe: Code, permit: Permit) -> bytes:
    """Both keepers check what they are given: the permit's probe, of the right length. Returns its
    digest.

    A random ring vector would be accepted with p = 0.4; a short one reads the score.
    """
    if not in_norm_window(probe):
        raise Tampered("the probe's length lies outside the norm window")
    digest = probe_digest(probe)
    if digest != permit.probe_digest:
        raise Tampered("the permit was made out for another probe")
    return digest
