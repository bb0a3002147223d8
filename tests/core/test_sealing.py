"""Secrets at rest."""

import pytest
from cryptography.fernet import Fernet

from community.core.sealing import SealBrokenError, key_id_of, newest_key_id, seal, unseal


@pytest.fixture
def keys(settings):
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIALS_KEYS = [f"k1:{first}"]
    return first, second


def test_a_sealed_text_opens_again_and_says_nothing(keys):
    sealed = seal("canary")

    assert "canary" not in sealed
    assert sealed.startswith("k1:")
    assert unseal(sealed) == "canary"


def test_a_new_key_seals_and_the_old_one_still_opens(keys, settings):
    old = seal("canary")
    settings.CREDENTIALS_KEYS = [f"k2:{keys[1]}", f"k1:{keys[0]}"]

    assert unseal(old) == "canary"
    assert key_id_of(seal("canary")) == newest_key_id() == "k2"


@pytest.mark.parametrize("change", [lambda text: text[:-2] + "xx", lambda text: "k9" + text[2:], lambda text: "plain"])
def test_what_was_not_sealed_by_us_is_refused(keys, change):
    with pytest.raises(SealBrokenError):
        unseal(change(seal("canary")))


def test_a_gone_key_fails_closed(keys, settings):
    sealed = seal("canary")
    settings.CREDENTIALS_KEYS = [f"k2:{keys[1]}"]

    with pytest.raises(SealBrokenError):
        unseal(sealed)


def test_without_keys_one_derived_from_the_signing_key_serves(settings):
    settings.CREDENTIALS_KEYS = []

    assert unseal(seal("canary")) == "canary"
    assert newest_key_id() == "signing"
