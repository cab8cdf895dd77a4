"""Sealing: how a contact card is made unreadable to everybody without the keys, at rest and on the topic.

AES-256-GCM with a random nonce. A sealed card says which key opens it, so keys can be changed: the first key
of the ring seals, every key opens. What the seal is `about` (whose card, which revision) is bound to it: a
sealed card moved to another person does not open.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_MAX_ID_BYTES = 32


class UnusableKeys(ValueError):
    """The setting with the keys cannot be used; the sentence says why and never shows a key."""


class UnknownKey(Exception):
    """The card was sealed with a key that is not in the ring; it opens once that key is configured."""

    reason = "unknown-key"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id!r} in the ring")
        self.key_id = key_id


class BrokenSeal(Exception):
    """These bytes are no sealed card, or one that was tampered with or is about something else."""

    reason = "broken-seal"


@dataclass(frozen=True)
class KeyRing:
    """The keys by id; the first one seals."""

    _ciphers: Mapping[str, AESGCM]

    @classmethod
    def parse(cls, setting: str) -> Self:
        """Read the ring from a setting `id:base64key,id:base64key,…`. Raises UnusableKeys."""
        ciphers: dict[str, AESGCM] = {}
        for position, entry in enumerate(filter(None, map(str.strip, setting.split(","))), start=1):
            key_id, key = _parsed(entry, position)
            if key_id in ciphers:
                raise UnusableKeys(f"The key id {key_id!r} is there twice.")
            ciphers[key_id] = AESGCM(key)
        if not ciphers:
            raise UnusableKeys("There must be at least one key, written as id:base64key.")
        return cls(ciphers)

    @property
    def sealing_key(self) -> str:
        """The id of the key that seals."""
        return next(iter(self._ciphers))

    def seal(self, plain: bytes, about: str) -> bytes:
        """Return the sealed form: length of the key's id, the id, nonce, ciphertext."""
        key_id = self.sealing_key.encode()
        nonce = os.urandom(_NONCE_BYTES)
        return (
            bytes([len(key_id)])
            + key_id
            + nonce
            + self._ciphers[self.sealing_key].encrypt(nonce, plain, about.encode())
        )

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed. Raises UnknownKey and BrokenSeal."""
        key_id, nonce, ciphertext = _parts(sealed)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UnknownKey(key_id)
        try:
            return cipher.decrypt(nonce, ciphertext, about.encode())
        except (InvalidTag, ValueError) as why:
            raise BrokenSeal from why


def key_of(sealed: bytes) -> str:
    """Return the id of the key that opens it. Raises BrokenSeal."""
    return _parts(sealed)[0]


def _parts(sealed: bytes) -> tuple[str, bytes, bytes]:
    id_end = 1 + sealed[0] if sealed else 0
    nonce_end = id_end + _NONCE_BYTES
    if not 1 < id_end <= 1 + _MAX_ID_BYTES or len(sealed) <= nonce_end:
        raise BrokenSeal
    try:
        key_id = sealed[1:id_end].decode("ascii")
    except UnicodeDecodeError as why:
        raise BrokenSeal from why
    return key_id, sealed[id_end:nonce_end], sealed[nonce_end:]


def _parsed(entry: str, position: int) -> tuple[str, bytes]:
    key_id, colon, text = entry.partition(":")
    if not colon or not key_id.isascii() or not 0 < len(key_id) <= _MAX_ID_BYTES:
        raise UnusableKeys(
            f"Key {position} is not written as id:base64key, with an id of at most {_MAX_ID_BYTES} letters."
        )
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        # from None: the error's context would carry the key into a log.
        raise UnusableKeys(f"Key {key_id!r} is not base64.") from None
    if len(key) != _KEY_BYTES:
        raise UnusableKeys(f"Key {key_id!r} has {len(key)} bytes; it must have {_KEY_BYTES}.")
    return key_id, key
