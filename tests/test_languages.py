"""The pages in two languages: Swedish is the text's own, English is whole."""

from __future__ import annotations

import gettext
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from reading import Page
from test_pages import KINDS

from kunskapsgraf import web

WEB = Path(__file__).parents[1] / "src" / "kunskapsgraf" / "web"
PO = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = Path(str(web.__file__)).parent / "translations" / "en" / "LC_MESSAGES" / "messages.mo"
Key = str | tuple[str, ...]


@cache
def used() -> dict[Key, str]:
    """Extract each message of the pages, with where it stands."""
    with (WEB / "translations" / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)  # type: ignore[no-untyped-call]
    found: dict[Key, str] = {}
    for file, line, message, _, _ in extract_from_dir(WEB, methods, options):
        found[message if isinstance(message, str) else tuple(part for part in message if part)] = f"{file}:{line}"
    return found


@cache
def catalogue() -> Catalog:
    """Read the English catalogue."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="en", abort_invalid=True)


def messages() -> list[Message]:
    """Give the messages of the catalogue, without its head."""
    return [message for message in catalogue() if message.id]


def test_messages_are_found() -> None:
    """The extraction sees the templates: single messages and those with a plural."""
    found = used()
    assert len(found) > 50
    assert "Till innehållet" in found
    assert ("%(num)s rad", "%(num)s rader") in found


def test_every_message_is_translated() -> None:
    """Each message of the pages has an English text, plurals both."""
    known = {key(message): message for message in messages()}
    missing = {place: message for message, place in used().items() if message not in known}
    assert {} == missing
    assert all(text for message in used() for text in texts(known[message].string))


def key(message: Message) -> Key:
    """Give a message's identity as the extraction does."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Give a text, or the forms of one with a plural, as a list."""
    return [value or ""] if isinstance(value, str) or value is None else list(value)


def test_nothing_is_stale() -> None:
    """The catalogue holds no message that no page uses, none that is fuzzy and none twice."""
    assert set() == {key(message) for message in messages()} - set(used())
    assert [] == [message.id for message in messages() if message.fuzzy]
    assert {} == dict(catalogue().obsolete)
    ids = re.findall(r'^msgid "(.+)"$', PO.read_text(encoding="utf-8"), re.M)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("message", messages(), ids=lambda message: str(key(message))[:30])
def test_places_are_the_same(message: Message) -> None:
    """A translation has the places of its message: %(n)s and the like, and no mark-up of its own."""
    english = texts(message.string)
    places = [set(re.findall(r"%\(\w+\)\w|%(?!\()", text)) for text in [*texts(message.id), *english]]
    assert all(place == places[0] for place in places)
    assert not any("<" in text for text in english)


def test_compiled_catalogue_is_of_this_text() -> None:
    """The wheel holds the catalogue compiled of this very text."""
    with MO.open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    for message in messages():
        if isinstance(message.id, str):
            assert message.string == compiled.gettext(message.id)
        else:
            one, many = message.id
            assert texts(message.string) == [compiled.ngettext(one, many, n) for n in (1, 2)]


@cache
def swedish_words() -> set[str]:
    """Give the Swedish messages whose English text is another, with their places taken out."""
    found: set[str] = set()
    for message in messages():
        for swedish, english in zip(texts(message.id), texts(message.string), strict=True):
            if swedish != english:
                found.update(piece.strip(" .;:") for piece in re.split(r"%\(\w+\)\w", swedish))
    return {piece for piece in found if len(piece) > 1}


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_english_pages_are_english(client: FlaskClient, path: str) -> None:
    """No Swedish message stands on an English page, but where the page says that it is Swedish."""
    is_english(client, path)


@pytest.mark.parametrize("path", ["/sida/kommun/arboga", "/sida/metod/asi", "/queries/luckor-i-kartlaggningen"])
def test_english_pages_of_the_whole_graph(whole_client: FlaskClient, path: str) -> None:
    """Pages of the whole graph, with every mark and period, are English too."""
    is_english(whole_client, path)


def is_english(client: FlaskClient, path: str) -> None:
    """Look for Swedish messages on an English page."""
    swedish = swedish_words()
    page = Page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"}).text)
    assert "en" == page.one("html").attributes["lang"]
    # Code has no language.
    code = {" ".join(text.split()) for e in page.elements if e.tag in ("pre", "code") for text in e.pieces}
    shown = [text for text, language in page.texts if language != "sv" and text not in code]
    labels = [
        e.attributes[name] for e in page.elements for name in ("aria-label", "placeholder") if name in e.attributes
    ]
    assert [] == [text for text in [*shown, *labels] if text.strip(" .;:·+") in swedish]
    # Longer messages also inside other text.
    long = {piece for piece in swedish if len(piece) > 20}
    assert [] == [(piece, text) for text in [*shown, *labels] for piece in long if piece in text]


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_swedish_pages_are_swedish(client: FlaskClient, path: str) -> None:
    """No English text of a message stands on a Swedish page, but where the page says that it is English."""
    english: set[str] = set()
    for message in messages():
        if isinstance(message.id, str) and message.id != message.string:
            english.add(str(message.string))
    page = Page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "sv"}).text)
    assert [] == [text for text, language in page.texts if language != "en" and text in english]


@pytest.mark.parametrize("path", KINDS.values(), ids=KINDS)
def test_other_languages_are_marked(client: FlaskClient, path: str) -> None:
    """On an English page no text of Swedish words stands unmarked, but for code."""
    page = Page(client.get(path, headers={"Accept": "text/html", "Accept-Language": "en"}).text)
    code = {text for element in page.all("code") + page.all("pre") + page.all("textarea") for text in element.pieces}
    unmarked = [
        text for text, language in page.texts if language != "sv" and text not in {" ".join(c.split()) for c in code}
    ]
    assert [] == [
        text for text in unmarked if re.search(r"(?<![\w-])(och|är|för|inte|eller|på|ett|att)(?![\w-])", text)
    ]
