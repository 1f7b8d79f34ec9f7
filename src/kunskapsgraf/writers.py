"""Who may write: names, each with the SHA-256 of a bearer token, as ``KUNSKAPSGRAF_WRITERS`` has them.

A token has 256 bits of chance, so that its plain hash can be neither guessed nor looked up. The token itself is told
once, to whoever makes it, and is kept nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from functools import lru_cache

from kunskapsgraf.errors import BadRequest, SettingError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9A-Fa-f]{64}")
_RULE = ("bokstäver a-z, siffror, punkt, understreck och bindestreck", "letters a-z, digits, full stops, _ and -")

Writers = tuple[tuple[str, bytes], ...]
"""Pairs of name and hash; a name may stand twice, while one token takes the place of another."""


@lru_cache(maxsize=8)
def read(text: str) -> Writers:
    """Read pairs ``name:hash`` parted by commas or white space; raises ``SettingError`` that tells which is wrong.

    What stands there instead of a hash may be a token: the error does not repeat it.
    """
    found = []
    for number, pair in enumerate(re.split(r"[\s,]+", text.strip(", \t\r\n")) if text.strip(", \t\r\n") else (), 1):
        name, colon, digest = pair.rpartition(":")
        if not colon or not _NAME.fullmatch(name) or not _HASH.fullmatch(digest):
            shown = f" ({name})" if _NAME.fullmatch(name) else ""
            raise SettingError(
                f"KUNSKAPSGRAF_WRITERS: par nummer {number}{shown} är inte namn:hash, där namnet har {_RULE[0]} och hashen "
                "är 64 hexadecimala siffror. Gör ett med kunskapsgraf token NAMN.",
                f"KUNSKAPSGRAF_WRITERS: pair number {number}{shown} is not name:hash, where the name has {_RULE[1]} and the "
                "hash is 64 hexadecimal digits. Make one with kunskapsgraf token NAME.",
            )
        found.append((name, bytes.fromhex(digest)))
    return tuple(found)


def author(token: str, known: Writers) -> str | None:
    """Name whose token this is; every pair is compared, each in constant time, whatever is found."""
    digest = hashlib.sha256(token.encode()).digest()
    found = None
    for name, expected in known:
        if hmac.compare_digest(digest, expected):
            found = name
    return found


def fresh(name: str) -> tuple[str, str]:
    """Make a token for a name; give it, and the pair for the setting. Raises ``BadRequest`` for a name that cannot be."""
    if not _NAME.fullmatch(name):
        raise BadRequest(
            f"Namnet {name[:80]!r} går inte; det ska ha {_RULE[0]}, högst 64 tecken.",
            f"The name {name[:80]!r} will not do; it must have {_RULE[1]}, at most 64 characters.",
        )
    token = secrets.token_urlsafe(32)
    return token, f"{name}:{hashlib.sha256(token.encode()).hexdigest()}"
