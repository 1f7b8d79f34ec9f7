"""Read a page with the standard library's parser: what it says, where it leads, and whether it is well-formed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from html.parser import HTMLParser

import rdflib

VOID = frozenset({"base", "br", "hr", "img", "input", "link", "meta", "source", "wbr"})
ADDRESSES = {"a": "href", "link": "href", "form": "action", "img": "src", "script": "src"}

Attributes = dict[str, str]


@dataclass
class Element:
    """An element as it was opened: its tag, attributes and all text inside it, white space folded."""

    tag: str
    attributes: Attributes
    parents: tuple[Element, ...] = ()
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text inside, white space folded."""
        return " ".join("".join(self.pieces).split())

    @property
    def classes(self) -> set[str]:
        """The class names."""
        return set(self.attributes.get("class", "").split())

    def inside(self, other: Element) -> bool:
        """Tell whether it stands inside another element."""
        return any(parent is other for parent in self.parents)


def _write_out(element: Element) -> None:
    """Give an end of a statement the whole statement, whose predicate and other end stand on what is around it."""
    around = reversed(element.parents)
    group = next(parent for parent in around if "data-p" in parent.attributes)
    of = next(parent for parent in around if "data-of" in parent.attributes).attributes["data-of"]
    ends = (
        [element.attributes["data-end"], of] if "data-in" in group.attributes else [of, element.attributes["data-end"]]
    )
    element.attributes |= {"data-s": ends[0], "data-p": group.attributes["data-p"], "data-o": ends[1]}


class Page(HTMLParser):
    """A page: its elements in order, its pieces of text with their language, and what is not well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.elements: list[Element] = []
        self.texts: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.loose: list[str] = []
        """Text that nothing around it keeps from turning what follows: outside of ``bdi`` and ``dir``."""
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{element.tag}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        if "data-end" in element.attributes:
            _write_out(element)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be of that tag."""
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1].tag if self._open else 'nothing'}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give the text to every open element."""
        for element in self._open:
            element.pieces.append(data)
        if not any(element.tag == "bdi" or "dir" in element.attributes for element in self._open):
            self.loose.append(data)
        if data.strip():
            tagged = (element.attributes["lang"] for element in reversed(self._open) if "lang" in element.attributes)
            self.texts.append((" ".join(data.split()), next(tagged, "")))

    def all(self, tag: str, class_name: str = "") -> list[Element]:
        """Give the elements of a tag, of a class where one is named."""
        return [e for e in self.elements if e.tag == tag and (not class_name or class_name in e.classes)]

    def one(self, tag: str, class_name: str = "") -> Element:
        """Give the only element of a tag."""
        found = self.all(tag, class_name)
        assert 1 == len(found), f"{len(found)} <{tag} class={class_name!r}>"
        return found[0]

    @property
    def addresses(self) -> list[str]:
        """All addresses that the page leads to or loads."""
        return [
            element.attributes[ADDRESSES[element.tag]]
            for element in self.elements
            if ADDRESSES.get(element.tag) in element.attributes
        ]

    @property
    def statements(self) -> list[Element]:
        """The elements that carry a triple."""
        return [element for element in self.elements if "data-s" in element.attributes]

    @property
    def rows(self) -> list[list[str]]:
        """The text of each cell, row by row, headings included."""
        cells = [element for element in self.elements if element.tag in ("th", "td")]
        return [[cell.text for cell in cells if cell.inside(row)] for row in self.all("tr")]

    def within(self, outer: Element, class_name: str) -> list[Element]:
        """Give the elements of a class inside another."""
        return [element for element in self.elements if class_name in element.classes and element.inside(outer)]

    @property
    def graph(self) -> rdflib.Graph:
        """The triples on the page, as its ``data-s``, ``data-p`` and ``data-o`` write them."""
        lines = (" ".join(e.attributes[name] for name in ("data-s", "data-p", "data-o")) for e in self.statements)
        return rdflib.Graph().parse(data="".join(f"{line} .\n" for line in lines), format="nt")


def graph_of(body: bytes, name: str) -> rdflib.Graph:
    """Parse RDF by our name of its format."""
    parser = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml", "trig": "trig", "nq": "nquads"}[name]
    with warnings.catch_warnings():
        # rdflib's own parsers use a class and a name that rdflib has deprecated.
        warnings.filterwarnings("ignore", "ConjunctiveGraph", DeprecationWarning)
        warnings.filterwarnings("ignore", "Dataset.default_context", DeprecationWarning)
        if name in ("trig", "nq"):
            dataset = rdflib.Dataset()
            dataset.parse(data=body, format=parser)
            found = rdflib.Graph()
            for triple in dataset.default_graph:
                found.add(triple)
            return found
        return rdflib.Graph().parse(data=body, format=parser)
