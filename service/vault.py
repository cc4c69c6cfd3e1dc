"""Who somebody is to us, and how their record is sealed.

A contact id is a keyed hash of the number (ID_KEY, which never changes). A sealed record is AES-256-GCM with what it is and
whose it is as associated data, so that no record can be passed off as another's: `key id (4) | nonce (12) | ciphertext`.
"""

import hmac
import os
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_ID: Final = 4
_NONCE: Final = 12


class Unreadable(Exception):
    """A sealed value cannot be opened: made with a key that is not in SECRET_KEYS, or not what it claims to be."""


class Vault:
    """Seals with the newest of `secret_keys` (32 bytes each), opens with any of them."""

    def __init__(self, id_key: bytes, secret_keys: tuple[bytes, ...]) -> None:
        self._id_key = id_key
        self._ciphers = {sha256(key).digest()[:_KEY_ID]: AESGCM(key) for key in secret_keys}
        self._newest = sha256(secret_keys[0]).digest()[:_KEY_ID]

    def contact_id(self, address: str) -> str:
        """32 hex digits that stand for an address and do not tell it."""
        return hmac.digest(self._id_key, address.encode("utf-8", "surrogatepass"), "sha256")[:16].hex()

    def seal(self, plain: bytes, about: str) -> bytes:
        """`plain` sealed; `about` says what and whose it is, and must be given again to open it."""
        nonce = os.urandom(_NONCE)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed. Raises `Unreadable`."""
        cipher = self._ciphers.get(sealed[:_KEY_ID])
        if cipher is None:
            raise Unreadable(
                f"sealed with key {sealed[:_KEY_ID].hex()}, which is not in SECRET_KEYS: add that key again, after the newest"
            )
        try:
            return cipher.decrypt(sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :], about.encode())
        except (InvalidTag, ValueError):
            raise Unreadable(f"a value does not open as {about.split(':', maxsplit=1)[0]}: it was changed or moved") from None
