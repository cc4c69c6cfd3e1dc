"""Ids and seals."""

import os

import pytest

from service.vault import Unreadable, Vault

ID_KEY, OLD, NEW = os.urandom(32), os.urandom(32), os.urandom(32)


def test_ids_are_stable_and_tell_nothing() -> None:
    vault, rotated = Vault(ID_KEY, (OLD,)), Vault(ID_KEY, (NEW, OLD))

    assert vault.contact_id("+15550001111") == rotated.contact_id("+15550001111")
    assert vault.contact_id("+15550001111") != vault.contact_id("+15550001112")
    assert vault.contact_id("+15550001111") != Vault(NEW, (OLD,)).contact_id("+15550001111")
    assert len(vault.contact_id("\ud800")) == 32


def test_old_keys_open_and_the_newest_seals() -> None:
    old, both, new = Vault(ID_KEY, (OLD,)), Vault(ID_KEY, (NEW, OLD)), Vault(ID_KEY, (NEW,))
    sealed = old.seal(b"text", "contact:1")

    assert both.open(sealed, "contact:1") == b"text"
    assert new.open(both.seal(b"text", "contact:1"), "contact:1") == b"text"
    with pytest.raises(Unreadable, match="not in SECRET_KEYS"):
        new.open(sealed, "contact:1")


def test_a_record_cannot_be_passed_off_as_anothers() -> None:
    vault = Vault(ID_KEY, (OLD,))

    with pytest.raises(Unreadable, match="changed or moved"):
        vault.open(vault.seal(b"text", "contact:1"), "contact:2")


@pytest.mark.parametrize("broken", [b"", b"x", b"x" * 100])
def test_rubbish_does_not_open(broken: bytes) -> None:
    vault = Vault(ID_KEY, (OLD,))

    with pytest.raises(Unreadable):
        vault.open(broken, "contact:1")
    with pytest.raises(Unreadable):
        vault.open(vault.seal(b"", "x")[:4] + broken, "contact:1")


def test_the_same_text_is_never_sealed_the_same() -> None:
    vault = Vault(ID_KEY, (OLD,))

    assert vault.seal(b"a", "x") != vault.seal(b"a", "x")
