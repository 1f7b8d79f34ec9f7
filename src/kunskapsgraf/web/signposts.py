"""Where a client can go from a thing: the ``Link`` header of its page and data, and the links in the page's head.

The relations are those of signposting (https://signposting.org/FAIR/): ``cite-as`` (RFC 8574) is the thing's own IRI,
``describes`` (RFC 6892) says what a document is about, ``canonical`` (RFC 6596) is the address of this language or format,
``alternate`` the others, by type, language and profile.
"""

from __future__ import annotations

from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.web import language, selfdescription
from kunskapsgraf.web.links import Links, encoded
from kunskapsgraf.web.negotiation import GRAPH_FORMATS
from kunskapsgraf.web.profiles import PLAIN, PROFILES, Chosen, argument, iri_of

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LANDING = "https://schema.org/AboutPage"


def of_thing(iri: str, names: Names) -> list[str]:
    """Give the links that lead from a thing to its page and its data."""
    links = Links(names)
    page = links.page(iri)
    return [
        *(link(links.data(iri, f.name), rel="alternate", type=f.media_type) for f in GRAPH_FORMATS),
        link(page, rel="alternate", type="text/html"),
        *(
            link(links.page(iri, lang=lang), rel="alternate", type="text/html", hreflang=lang)
            for lang in language.LANGUAGES
        ),
        link(links.data(iri, "ttl"), rel="describedby", type="text/turtle"),
    ]


def of_page(iri: str, names: Names) -> str:
    """Give the links of a thing's page."""
    canonical = selfdescription.on_this_host(Links(names).page(iri, lang=language.current()))
    return ", ".join([*_of_document(iri, canonical), link(_LANDING, rel="type"), *of_thing(iri, names)])


def of_data(iri: str, suffix: str, profiles: Chosen, names: Names, **parts: str) -> str:
    """Give the links of a thing's data in a format and profile; ``parts`` are the addresses of its first and next part."""
    links = Links(names)
    canonical = selfdescription.on_this_host(links.data(iri, suffix, **argument(profiles)))
    others = [(profile,) for profile in PROFILES if (profile,) != profiles]
    media_type = next(f.media_type for f in GRAPH_FORMATS if f.name == suffix)
    return ", ".join(
        [
            *_of_document(iri, canonical),
            *(link(iri_of(profile, names), rel="profile") for profile in profiles),
            *(
                link(
                    links.data(iri, suffix, **argument(other)),
                    rel="alternate",
                    type=media_type,
                    profile=iri_of(other[0] or PLAIN, names),
                )
                for other in others
            ),
            *(link(address, rel=name) for name, address in parts.items() if address),
            *of_thing(iri, names),
        ]
    )


def _of_document(iri: str, canonical: str) -> list[str]:
    return [
        link(iri, rel="describes"),
        link(iri, rel="cite-as"),
        link(canonical, rel="canonical"),
        link(LICENCE, rel="license"),
    ]


def link(address: str, **attributes: str) -> str:
    """Write one link of the header (RFC 8288, section 3)."""
    return f"<{encoded(address)}>" + "".join(f'; {name}="{value}"' for name, value in attributes.items())
