"""Secrets at rest."""

import pytest

from teams.sealing import Unreadable, seal, unseal


def test_a_secret_is_read_again():
    assert unseal(seal("whsec_abc")) == "whsec_abc"


def test_what_is_stored_does_not_show_it():
    assert "whsec_abc" not in seal("whsec_abc")
    assert seal("whsec_abc") != seal("whsec_abc")


def test_after_a_change_of_the_key_the_former_one_still_opens_it(settings):
    stored = seal("whsec_abc")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert unseal(stored) == "whsec_abc"


def test_another_installation_cannot_open_it(settings):
    stored = seal("whsec_abc")

    settings.SECRET_KEY = "another"

    with pytest.raises(Unreadable):
        unseal(stored)


def test_a_changed_text_is_refused():
    stored = seal("whsec_abc")

    with pytest.raises(Unreadable):
        unseal(stored[:-4] + "AAA=")
