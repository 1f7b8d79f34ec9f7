"""Origins: where packs come from, a file, a folder or a web address, asked for the newest and fetched from.

Nothing is believed that the digest does not bear out, and no address but http and https is opened.
"""

from __future__ import annotations

import hashlib
import http
import http.client
import shutil
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from kunskapsgraf import __version__
from kunskapsgraf.errors import BadRequest, DiskFull, EndpointError, SnapshotError
from kunskapsgraf.pipeline import load
from kunskapsgraf.replica.pack import LATEST, Packed, named
from kunskapsgraf.replica.unpack import damaged

INCOMING = "incoming"
"""The folder of the home that holds what is being fetched."""
_PIECE = 1 << 20
_MOST_POINTER = 65_536


class Origin:
    """A place that packs come from: one pack for good, or a pointer that names the newest and may be followed."""

    def __init__(self, place: str, home: Path, seconds: float) -> None:
        self._place = place
        self._home = home
        self._seconds = seconds
        self._is_web = urlsplit(place).scheme in ("http", "https")
        if "@" in urlsplit(place).netloc:
            raise BadRequest(
                "Skriv inget lösenord i adressen efter --from: den skrivs i loggen och på /redo.",
                "Write no password in the address after --from: it is written to the log and at /redo.",
            )
        if not self._is_web:
            if "://" in place:
                raise BadRequest(
                    f"--from {place}: skriv en fil, en mapp, eller en adress med http eller https.",
                    f"--from {place}: give a file, a folder, or an address with http or https.",
                )
            if Path(place).is_dir():
                self._place = str(Path(place) / LATEST)
        self._tag = ""
        self._known: Packed | None = None

    @property
    def is_followed(self) -> bool:
        """Tell whether the place is a pointer, which may come to name another pack."""
        return self._place.endswith(".json")

    def newest(self) -> Packed | None:
        """Say what pack is the newest; ``None`` for a place that is a pack whose name says nothing of it."""
        if not self.is_followed:
            said = named(self._place.rpartition("/")[2])
            return Packed(said[0], self._place.rpartition("/")[2], 0, said[1]) if said else None
        text = self._read() if self._is_web else self._text(Path(self._place))
        if text is None:
            return self._known
        try:
            self._known = Packed.from_json(text)
        except ValueError as error:
            raise SnapshotError(
                f"{self._place} är ingen pekare till ett paket ({error}). Ange filen {LATEST} som kunskapsgraf pack skriver.",
                f"{self._place} is no pointer to a pack ({error}). Give the file {LATEST} that kunskapsgraf pack writes.",
            ) from error
        return self._known

    def fetched(self, newest: Packed | None) -> tuple[Path, bool]:
        """Give the pack as a file here, and whether its digest was compared; what was fetched is the caller's to remove."""
        if not self._is_web:
            file = Path(self._place).parent / newest.file if self.is_followed and newest else Path(self._place)
            if not file.is_file():
                raise damaged(file, "saknas, missing")
            return file, False
        if newest is None:
            raise BadRequest(
                f"--from {self._place}: adressen ska sluta med {LATEST}, eller med paketets hela namn, som bär dess kontrollsumma.",
                f"--from {self._place}: the address should end with {LATEST}, or with the pack's whole name, which holds its digest.",
            )
        target = self._home / INCOMING / newest.file
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in target.parent.glob("*"):
            if left.name != f"{newest.file}.part":
                with suppress(OSError):
                    left.unlink()
        part = target.with_name(f"{target.name}.part")
        self._make_sure_of_room(newest.bytes, part)
        self._download(urljoin(self._place, newest.file), part, newest)
        part.replace(target)
        return target, True

    def forget(self, file: Path) -> None:
        """Remove what was fetched."""
        if file.parent == self._home / INCOMING:
            with suppress(OSError):
                file.unlink()

    def _text(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise damaged(file, str(error)) from error

    def _read(self) -> str | None:
        """Fetch the pointer; ``None`` where it is as it was."""
        headers = {"If-None-Match": self._tag} if self._tag else {}
        try:
            with self._open(self._place, headers) as answer:
                body: bytes = answer.read(_MOST_POINTER + 1)
                tag = answer.headers.get("ETag") or ""
        except urllib.error.HTTPError as error:
            with error:
                if error.code == http.HTTPStatus.NOT_MODIFIED:
                    return None
                raise self._refused(self._place, error) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._away(self._place, error) from error
        if len(body) > _MOST_POINTER:
            raise damaged(self._place, f"> {_MOST_POINTER} B")
        self._tag = tag
        return body.decode("utf-8", "replace")

    def _download(self, url: str, part: Path, newest: Packed) -> None:
        """Fetch a pack, going on where an earlier try ended; a wrong digest leaves nothing to go on from."""
        digest, have = hashlib.sha256(), 0
        if part.is_file():
            with part.open("rb") as before:
                digest = hashlib.file_digest(before, "sha256")
            have = part.stat().st_size
        try:
            with self._open(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
                if have and answer.status != http.HTTPStatus.PARTIAL_CONTENT:
                    digest, have = hashlib.sha256(), 0
                with part.open("ab" if have else "wb") as file:
                    while piece := answer.read(_PIECE):
                        have += len(piece)
                        if newest.bytes and have > newest.bytes:
                            break
                        digest.update(piece)
                        file.write(piece)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    part.unlink(missing_ok=True)
                raise self._refused(url, error) from error
        except (OSError, http.client.HTTPException) as error:
            if not load.is_full(error):
                raise self._away(url, error) from error
            part.unlink(missing_ok=True)
            raise DiskFull(
                f"Disken är full: paketet fick inte plats i {part.parent}. Det som serveras serveras vidare. Frigör utrymme.",
                f"The disk is full: the pack had no room in {part.parent}. What is served goes on being served. Make room.",
            ) from error
        if digest.hexdigest() != newest.sha256:
            if not newest.bytes or have >= newest.bytes:
                part.unlink(missing_ok=True)
            raise damaged(url, f"sha256, {have} B")

    def _make_sure_of_room(self, length: int, part: Path) -> None:
        """Raise ``DiskFull`` where a pack and what is unpacked from it have no room: else it would be fetched each time anew."""
        have = part.stat().st_size if part.is_file() else 0
        needed, free = 2 * length - have, shutil.disk_usage(part.parent).free
        if free < needed:
            raise DiskFull(
                f"Disken är full: paketet och grafen i det tar {needed // 1_000_000} MB i {self._home}, och {free // 1_000_000} MB är "
                "lediga. Inget hämtades; det som serveras serveras vidare. Frigör utrymme.",
                f"The disk is full: the pack and the graph in it take {needed // 1_000_000} MB in {self._home}, and {free // 1_000_000} MB "
                "are free. Nothing was fetched; what is served goes on being served. Make room.",
            )

    def _open(self, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        said = {"User-Agent": f"kunskapsgraf/{__version__}", "Accept-Encoding": "identity", **headers}
        request = urllib.request.Request(url, headers=said)  # noqa: S310 - the scheme was looked at
        answer: http.client.HTTPResponse = _OPENER.open(request, timeout=self._seconds)
        return answer

    def _refused(self, url: str, error: urllib.error.HTTPError) -> EndpointError:
        return EndpointError(
            f"{url} gav {error.code} {error.reason}. Kontrollera adressen; det som serveras serveras vidare.",
            f"{url} gave {error.code} {error.reason}. Check the address; what is served goes on being served.",
        )

    def _away(self, url: str, error: Exception) -> EndpointError:
        reason = getattr(error, "reason", None) or error or type(error).__name__
        return EndpointError(
            f"{url} går inte att nå: {reason}. Det som serveras serveras vidare; nytt försök görs.",
            f"{url} cannot be reached: {reason}. What is served goes on being served; it will be tried again.",
        )


class _OnlyTheWeb(urllib.request.HTTPRedirectHandler):
    """Follow a redirect to the web alone."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Refuse any other scheme."""
        if urlsplit(newurl).scheme not in ("http", "https"):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_OnlyTheWeb)
