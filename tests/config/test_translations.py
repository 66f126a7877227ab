"""The Indonesian catalogue holds every text of the interface, translated, with its placeholders."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

Text = tuple[str | None, str]
"""The context of a text, and the text (in the singular)."""


def key(message: Message) -> Text:
    return message.context, message.id[0] if isinstance(message.id, tuple) else message.id


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@pytest.fixture(scope="module")
def catalogue():
    with (ROOT / "locale/id/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


@pytest.fixture
def messages(catalogue) -> list[Message]:
    return [message for message in catalogue if message.id]


def sources() -> Iterator[tuple[Path, str]]:
    """Our code and our templates as code."""
    for app in apps.get_app_configs():
        if Path(app.path).parent == ROOT:
            for path in Path(app.path).rglob("*.py"):
                yield path, path.read_text()
    for path in (ROOT / "templates").rglob("*.*"):
        yield path, templatize(path.read_text(), origin=str(path))


def texts_in(code: str) -> Iterator[Text]:
    for _line, found, _comments, context in extract("python", BytesIO(code.encode()), KEYWORDS):
        yield context, forms(found)[0]


def test_no_text_is_missing_and_none_is_no_longer_used(messages):
    used = {text for _path, code in sources() for text in texts_in(code)}

    translated = {key(message) for message in messages}
    assert used - translated == set()
    assert translated - used == set()


def test_no_text_is_empty_or_only_guessed(catalogue, messages):
    wanting = [key(each) for each in messages if each.fuzzy or not all(forms(each.string))]

    assert wanting == []
    assert not catalogue.fuzzy


def test_every_placeholder_is_kept(messages):
    def placeholders(text: str) -> list[str]:
        return sorted(PLACEHOLDER.findall(text))

    differing = [
        key(message)
        for message in messages
        for string in forms(message.string)
        if placeholders(string) != placeholders(forms(message.id)[-1])
    ]
    assert differing == []


def test_indonesian_has_one_form_for_any_number(catalogue, messages):
    plurals = [message for message in messages if isinstance(message.id, tuple)]

    assert catalogue.num_plurals == 1
    assert plurals
    assert all(len(forms(message.string)) == 1 for message in plurals)
