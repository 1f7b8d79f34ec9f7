"""Replicas: a snapshot packed as one file, and servers that fetch, prove and follow it without dropping a request."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import nginx
import pytest
from conftest import ROOT, Run, running, wait_for, write_micro

from kunskapsgraf import settings as settings_module
from kunskapsgraf.errors import BadRequest, DiskFull, EndpointError, KunskapsgrafError, SnapshotError
from kunskapsgraf.graph.embedded import EmbeddedStore
from kunskapsgraf.graph.snapshot import MANIFEST, Manifest, current
from kunskapsgraf.pipeline.build import build
from kunskapsgraf.replica.follow import Follower
from kunskapsgraf.replica.pack import LATEST, Packed, pack
from kunskapsgraf.replica.unpack import install
from kunskapsgraf.settings import Settings

FORK = "\nsak:gaffel a kg:Sak ; kg:namn 'gaffel' .\n"
NAMES = "PREFIX kg: <https://w3id.org/kunskapsgraf/ns#> SELECT ?name { ?thing kg:namn ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Packed, Packed]:
    """Pack two snapshots, of two things and of three; give the folder, which points at the second."""
    folder = tmp_path_factory.mktemp("packs")
    made = write_micro(folder)
    build(made)
    first = pack(made.home, folder / "packs")
    data = made.sources / "data" / "ttl" / "kalla.ttl"
    data.write_text(data.read_text(encoding="utf-8") + FORK, encoding="utf-8")
    build(made)
    return folder / "packs", first, pack(made.home, folder / "packs")


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Give settings for a home with nothing in it."""
    found = replace(settings_module.load({}), home=tmp_path / "home", workers=1, endpoint_seconds=5)
    found.home.mkdir()
    return found


def names(settings: Settings) -> list[str]:
    """Ask the served graph for the names in it."""
    store = EmbeddedStore(settings)
    try:
        rows = json.loads(store.answer(NAMES, "json").body)["results"]["bindings"]
    finally:
        store.close()
    return [row["name"]["value"] for row in rows]


def held(home: Path) -> set[str]:
    """List what a home holds, without the lock and how the replica stands."""
    return {path.relative_to(home).as_posix() for path in home.rglob("*")} - {"lock", "snapshots", "replica.json"}


def test_same_snapshot_same_file(packs: tuple[Path, Packed, Packed], tmp_path: Path, home: Settings) -> None:
    """The name of a pack is the digest of its bytes, and another machine that packs the snapshot makes the same file."""
    folder, _, second = packs
    install(folder / second.file, home.home, 3)
    again = pack(home.home, tmp_path / "again")
    assert second == again
    assert (folder / second.file).read_bytes() == (tmp_path / "again" / again.file).read_bytes()
    assert re.fullmatch(rf"{second.version}-[0-9a-f]{{64}}\.tar", second.file)
    with tarfile.open(folder / second.file) as tar:
        assert MANIFEST == tar.getnames()[0]
        assert {0} == {member.mtime for member in tar}


def test_unpacked(packs: tuple[Path, Packed, Packed], home: Settings) -> None:
    """What is unpacked is whole, serves, and is followed by a newer one; what is no more is told to be gone."""
    folder, first, second = packs
    install(folder / first.file, home.home, 3)
    assert first.version == current(home.home, digests=True).manifest.version
    assert ["ring", "sked"] == names(home)
    install(folder / second.file, home.home, 3)
    assert ["gaffel", "ring", "sked"] == names(home)
    install(folder / first.file, home.home, 3)  # back again: it is there, and only pointed at
    assert ["ring", "sked"] == names(home)
    assert second.version in (home.home / "gone.txt").read_text(encoding="utf-8")


def flipped(body: bytes) -> bytes:
    """Turn one bit in the middle of a file."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def changed(body: bytes, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], Any]) -> bytes:
    """Write a pack anew with its members changed."""
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        members = [(member, cast("io.BufferedReader", tar.extractfile(member)).read()) for member in tar]
    change(members)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for member, content in members:
            member.size = 0 if member.issym() else len(content)
            tar.addfile(member, io.BytesIO(content))
    return written.getvalue()


def linked(name: str) -> tuple[tarfile.TarInfo, bytes]:
    """Make a member that is a link to a file outside."""
    found = tarfile.TarInfo(name)
    found.type, found.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return found, b""


def of_kind(kind: bytes, name: str) -> tuple[tarfile.TarInfo, bytes]:
    """Make a member without content of another kind."""
    found = tarfile.TarInfo(name)
    found.type = kind
    return found, b""


def after_the_manifest(body: bytes, inserted: bytes) -> bytes:
    """Put bytes between the first member and the second."""
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        place = tar.getmembers()[1].offset
    return body[:place] + inserted + body[place:]


def leading_back() -> bytes:
    """Make the header of a file of fewer bytes than none, after which the one before would come again."""
    found = tarfile.TarInfo("store/x")
    found.size = -1024
    return found.tobuf(tarfile.GNU_FORMAT)


def long_names(count: int) -> bytes:
    """Make headers that each hold a long name for the next; tarfile goes into each from within the last."""
    found = tarfile.TarInfo("././@LongLink")
    found.type, found.size = tarfile.GNUTYPE_LONGNAME, 5
    return (found.tobuf(tarfile.GNU_FORMAT) + b"name\0".ljust(512, b"\0")) * count


def naming(name: str) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    """Let the manifest name a file more, and add it."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        made = Manifest.from_json(members[0][1].decode())
        made = replace(made, beside=made.beside | {name: f"1:{hashlib.sha256(b'x').hexdigest()}"})
        members[0] = members[0][0], made.to_json().encode()
        members.append((tarfile.TarInfo(name), b"x"))

    return change


def saying(**said: Any) -> Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]:
    """Let the manifest say something that is no manifest's to say."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        made = Manifest.from_json(members[0][1].decode())
        members[0] = members[0][0], replace(made, **said).to_json().encode()

    return change


def by_another_engine(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Let the manifest say that another version of the engine wrote the store."""
    made = Manifest.from_json(members[0][1].decode())
    members[0] = members[0][0], replace(made, software={"pyoxigraph": "0.1.2"}).to_json().encode()


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "ofullständigt"),
    "no tar": (lambda _: b"<html>404</html>" * 100, "ofullständigt"),
    "cut": (lambda body: body[: len(body) // 2], "ofullständigt"),
    "flipped": (flipped, "skadat"),
    "without its manifest": (lambda body: changed(body, lambda m: m.pop(0)), MANIFEST),
    "manifest last": (lambda body: changed(body, lambda m: m.append(m.pop(0))), MANIFEST),
    "without a file": (lambda body: changed(body, lambda m: m.pop()), "skadat"),
    "with a file more": (lambda body: changed(body, lambda m: m.append((tarfile.TarInfo("store/x"), b"x"))), "store/x"),
    "with a file above": (lambda body: changed(body, lambda m: m.append((tarfile.TarInfo("../x"), b"x"))), "../x"),
    "with a link": (lambda body: changed(body, lambda m: m.append(linked("store/x"))), "store/x"),
    "a link for a file": (lambda body: changed(body, lambda m: m.append(linked(m.pop()[0].name))), "skadat"),
    "a file twice": (lambda body: changed(body, lambda m: m.append(m[-1])), "skadat"),
    "a folder for a file": (
        lambda body: changed(body, lambda m: m.append(of_kind(tarfile.DIRTYPE, "store/x"))),
        "store/x",
    ),
    "a pipe": (lambda body: changed(body, lambda m: m.append(of_kind(tarfile.FIFOTYPE, "store/x"))), "store/x"),
    "padded": (lambda body: body + bytes(20_480), "skadat"),
    "with bytes after it": (lambda body: body + b"x", "skadat"),
    "leading back": (lambda body: after_the_manifest(body, leading_back()), "store/x"),
    "with names without end": (lambda body: after_the_manifest(body, long_names(5000)), "skadat"),
    "naming a file above": (lambda body: changed(body, naming("../x")), MANIFEST),
    "naming its manifest": (lambda body: changed(body, naming(MANIFEST)), MANIFEST),
    "naming a file in a file": (lambda body: changed(body, naming("search.sqlite/x")), MANIFEST),
    "with no sizes": (lambda body: changed(body, saying(beside={"search.sqlite": 1})), MANIFEST),
    "with no software": (lambda body: changed(body, saying(software=[])), MANIFEST),
    "by another engine": (lambda body: changed(body, by_another_engine), "0.1.2"),
}


@pytest.mark.parametrize("named", [True, False], ids=["by its name", "by any name"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_pack(
    packs: tuple[Path, Packed, Packed], home: Settings, tmp_path: Path, damage: str, *, named: bool
) -> None:
    """A pack that is not what it says is refused with its name and the remedy, and what served before serves."""
    folder, first, second = packs
    install(folder / first.file, home.home, 3)
    before = held(home.home)
    change, word = DAMAGE[damage]
    bad = tmp_path / (second.file if named else "paket.tar")
    bad.write_bytes(change((folder / second.file).read_bytes()))
    with pytest.raises(SnapshotError) as told:
        install(bad, home.home, 3)
    assert bad.name in told.value.sv
    assert word in told.value.sv
    assert re.search(r"packa om", told.value.sv)
    assert before == held(home.home)
    assert first.version == current(home.home, digests=True).manifest.version


def test_other_content_under_the_name(packs: tuple[Path, Packed, Packed], home: Settings, tmp_path: Path) -> None:
    """A pack that is whole but not the one that its name says is refused."""
    folder, first, second = packs
    bad = tmp_path / second.file
    bad.write_bytes((folder / first.file).read_bytes())
    with pytest.raises(SnapshotError, match="sha256"):
        install(bad, home.home, 3)
    assert set() == held(home.home)


def test_wrong_content_by_its_name(packs: tuple[Path, Packed, Packed], home: Settings, tmp_path: Path) -> None:
    """A pack whose name is the digest of its bytes is refused where a file in it is not the one that its manifest names."""
    folder, _, second = packs
    with tarfile.open(folder / second.file) as tar:
        [place] = [found.offset_data for found in tar if found.name == "search.sqlite"]
    body = bytearray((folder / second.file).read_bytes())
    body[place + 1000] ^= 1
    bad = tmp_path / f"{second.version}-{hashlib.sha256(body).hexdigest()}.tar"
    bad.write_bytes(body)
    with pytest.raises(SnapshotError, match=r"search\.sqlite"):
        install(bad, home.home, 3)
    assert set() == held(home.home)


def test_what_was_left_half_unpacked(packs: tuple[Path, Packed, Packed], home: Settings) -> None:
    """What one that was killed has left is never taken for a snapshot, and the next removes it."""
    folder, first, second = packs
    install(folder / first.file, home.home, 3)
    left = home.home / "snapshots" / f".making-{second.version}-1"
    (left / "store").mkdir(parents=True)
    (left / "store" / "CURRENT").write_text("MANIFEST-1", encoding="utf-8")
    assert first.version == current(home.home, digests=True).manifest.version
    install(folder / second.file, home.home, 3)
    assert ["gaffel", "ring", "sked"] == names(home)
    assert not left.exists()


def test_list_of_what_is_gone_comes_with_the_pack(
    packs: tuple[Path, Packed, Packed], home: Settings, tmp_path: Path
) -> None:
    """A home that begins has the list of the one that packed; one that served something else adds what it lacks now."""
    folder, first, second = packs
    listed = "https://w3id.org/kunskapsgraf/id/sak/kniv\tforst\n"
    body = changed(
        (folder / first.file).read_bytes(), lambda m: m.insert(1, (tarfile.TarInfo("gone.txt"), listed.encode()))
    )
    (tmp_path / "paket.tar").write_bytes(body)
    install(tmp_path / "paket.tar", home.home, 3)
    assert listed == (home.home / "gone.txt").read_text(encoding="utf-8")
    install(folder / second.file, home.home, 3)
    install(tmp_path / "paket.tar", home.home, 3)
    found = (home.home / "gone.txt").read_text(encoding="utf-8")
    assert [f"https://w3id.org/kunskapsgraf/id/sak/gaffel\t{second.version}", listed.strip()] == found.splitlines()


def test_no_room(packs: tuple[Path, Packed, Packed], home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk has too little room nothing is begun, and the message says how much it takes."""
    folder, _, second = packs
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(DiskFull, match=r"tar \d+ MB"):
        install(folder / second.file, home.home, 3)
    assert set() == held(home.home)


class Shown(SimpleHTTPRequestHandler):
    """Shows a folder; breaks off in a pack as long as it is told to, and heeds ranges."""

    asked: list[str]
    breaks: list[bool]

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        """Send a file, or the first half of one."""
        path = Path(self.directory) / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        body, start = path.read_bytes(), 0
        said = self.headers.get("Range", "")
        self.asked.append(f"{self.path} {said}".strip())
        if said:
            start = int(said.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        is_broken = path.suffix == ".tar" and bool(self.breaks) and self.breaks.pop()
        self.wfile.write(body[start : len(body) // 2] if is_broken else body[start:])


@pytest.fixture
def shown(tmp_path: Path, packs: tuple[Path, Packed, Packed]) -> Iterator[tuple[str, Path, type[Shown]]]:
    """Show a folder with the first pack on the web; give its address, the folder and what was asked."""
    folder, first, _ = packs
    own = tmp_path / "shown"
    own.mkdir()
    show(own, folder, first)
    handler = type("Own", (Shown,), {"asked": [], "breaks": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(own)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", own, handler
    server.shutdown()
    server.server_close()


def show(own: Path, folder: Path, made: Packed) -> None:
    """Put a pack where it is shown, and point at it."""
    (own / made.file).write_bytes((folder / made.file).read_bytes())
    (own / LATEST).write_text(made.to_json(), encoding="utf-8")


def noted(events: list[dict[str, Any]]) -> Callable[..., None]:
    """Keep what a follower notes."""
    return lambda event, **fields: events.append({"event": event, **fields})


def test_followed(packs: tuple[Path, Packed, Packed], home: Settings, shown: tuple[str, Path, type[Shown]]) -> None:
    """A replica takes the pack that the pointer names, takes it once, and the next when the pointer names that."""
    folder, first, second = packs
    address, own, handler = shown
    events: list[dict[str, Any]] = []
    follower = Follower(home, f"{address}/{LATEST}", noted(events))
    assert follower.step()
    assert not follower.step()
    assert [f"/{LATEST}", f"/{first.file}", f"/{LATEST}"] == handler.asked
    show(own, folder, second)
    assert follower.step()
    assert ["gaffel", "ring", "sked"] == names(home)
    assert [("replica", "installed", made.version) for made in (first, second)] == [
        (event["event"], event["outcome"], event["version"]) for event in events
    ]
    assert [] == list((home.home / "incoming").iterdir())
    # Started again, it finds that it has what it needs.
    handler.asked.clear()
    assert not Follower(home, f"{address}/{LATEST}", noted(events)).step()
    assert [f"/{LATEST}"] == handler.asked


def test_fetching_goes_on(home: Settings, shown: tuple[str, Path, type[Shown]]) -> None:
    """A transfer that broke off goes on where it ended."""
    address, own, handler = shown
    handler.breaks.append(True)
    follower = Follower(home, f"{address}/{LATEST}", noted([]))
    with pytest.raises(KunskapsgrafError):
        follower.step()
    [part] = (home.home / "incoming").iterdir()
    half = part.stat().st_size
    assert half == (own / part.name.removesuffix(".part")).stat().st_size // 2
    assert follower.step()
    assert handler.asked[-1].endswith(f".tar bytes={half}-")
    assert ["ring", "sked"] == names(home)


def test_nothing_is_fetched_that_has_no_room(
    home: Settings, shown: tuple[str, Path, type[Shown]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a pack and what is unpacked from it have no room it is not fetched, however often that is tried."""
    address, own, handler = shown
    length = next(own.glob("*.tar")).stat().st_size
    usage = shutil.disk_usage(own)
    follower = Follower(home, f"{address}/{LATEST}", noted([]))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * length - 1))
    for _ in range(2):
        with pytest.raises(DiskFull, match=r"tar \d+ MB"):
            follower.step()
    assert {f"/{LATEST}"} == set(handler.asked)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * length))
    assert follower.step()


def test_no_password_in_the_address(home: Settings) -> None:
    """An address is told at ``/redo`` when it cannot be reached: one with a password is refused, and not repeated."""
    for place in ("http://anna:hemligt@127.0.0.1:9/latest.json", "ftp://anna:hemligt@127.0.0.1/latest.json"):
        with pytest.raises(BadRequest, match="/redo") as caught:
            Follower(home, place, noted([]))
        assert "hemligt" not in caught.value.sv + caught.value.en


def test_origin_that_fails(
    packs: tuple[Path, Packed, Packed], home: Settings, shown: tuple[str, Path, type[Shown]]
) -> None:
    """A pointer that is none, one to a file that is not there, and a host that is away each say so and change nothing."""
    _, first, second = packs
    address, own, _ = shown
    follower = Follower(home, f"{address}/{LATEST}", noted([]))
    follower.step()
    before = held(home.home)
    for said, kind, word in (
        ("<html>", SnapshotError, "ingen pekare"),
        ("{}", SnapshotError, "ingen pekare"),
        (second.to_json().replace(second.file, "../../etc/passwd"), SnapshotError, "ingen pekare"),
        (second.to_json(), EndpointError, "404"),
    ):
        (own / LATEST).write_text(said, encoding="utf-8")
        with pytest.raises(kind, match=word):
            follower.step()
    (own / second.file).write_bytes((own / first.file).read_bytes())
    with pytest.raises(SnapshotError, match="sha256"):
        follower.step()
    with pytest.raises(EndpointError, match="nå"):
        Follower(home, "http://127.0.0.1:9/latest.json", noted([])).step()
    assert before | {"incoming"} == held(home.home) | {"incoming"}
    assert first.version == current(home.home, digests=True).manifest.version


def ask(address: str, path: str) -> tuple[int, dict[str, Any]]:
    """Ask a server for JSON."""
    with urllib.request.urlopen(address + path, timeout=30) as answer:
        return answer.status, json.load(answer)


def test_rolling_upgrade(
    packs: tuple[Path, Packed, Packed], home: Settings, shown: tuple[str, Path, type[Shown]]
) -> None:
    """A server goes over to a new pack while it is asked, drops no request, and says so where it cannot go on following."""
    folder, first, second = packs
    address, own, _ = shown
    place = f"{address}/{LATEST}"
    with running(home, "--from", place, KUNSKAPSGRAF_FOLLOW_SECONDS="0.2") as server:
        with asking(server.address) as (seen, wrong):
            wait_for(lambda: len(seen) > 20, "answers from the first pack")
            show(own, folder, second)
            wait_for(lambda: seen[-1] == 3, "answers from the second pack")
        assert [] == wrong
        assert {2, 3} == set(seen)
        assert {"state": "current"}.items() <= ask(server.address, "/redo")[1]["replica"].items()
        (own / LATEST).write_text("?", encoding="utf-8")
        wait_for(lambda: ask(server.address, "/redo")[1]["replica"]["state"] == "behind", "the trouble to be told")
        status, told = ask(server.address, "/redo")
        assert (200, second.version) == (status, told["version"])
        assert "no pointer" in told["replica"]["detail"]
    # The place is away when the server starts again: what is there serves.
    with running(home, "--from", "http://127.0.0.1:9/latest.json") as server:
        _, told = ask(server.address, "/redo")
        assert (second.version, "behind") == (told["version"], told["replica"]["state"])
    with running(home) as server:
        assert "replica" not in ask(server.address, "/redo")[1]
    assert first.version != second.version


def test_example_proxy_sets_every_header_that_is_believed() -> None:
    """A header that the example left alone could be sent by any client, and ends up in links."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    set_there = set(re.findall(r"^ *proxy_set_header (X-Forwarded-\w+) ", text, re.MULTILINE))
    assert {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix"} == set_there
    # The image may stand before the world without a proxy.
    assert "KUNSKAPSGRAF_PROXIES=" not in re.sub(
        "^#.*$", "", (ROOT / "deploy" / "Containerfile").read_text("utf-8"), flags=re.M
    )


def test_image_is_made_of_what_the_wheel_is_made_of() -> None:
    """A folder that the wheel needs and the image is not given would end its build, and what is built here is not for it."""
    given = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    made_of = re.search(r"^INPUTS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert made_of is not None
    assert {*made_of[1].split(), "requirements.lock"} == given


@nginx.NEEDED
@pytest.mark.long
def test_two_replicas_behind_nginx(
    packs: tuple[Path, Packed, Packed], home: Settings, shown: tuple[str, Path, type[Shown]], tmp_path: Path
) -> None:
    """The pack is renewed, and each of two replicas stopped and started, while clients ask: no request fails."""
    folder, _, second = packs
    address, own, _ = shown
    ports = [nginx.free_port() for _ in range(3)]
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for said, port in zip(("8001", "8002", "8000"), ports, strict=True):
        text = text.replace(f"127.0.0.1:{said}", f"127.0.0.1:{port}")
    text = f"daemon off;\npid {tmp_path}/nginx.pid;\n" + text.replace("http {", "http { access_log off;", 1)
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")

    def replica(number: int) -> running:
        return running(
            replace(home, home=tmp_path / f"replica-{number}"),
            "--from",
            f"{address}/{LATEST}",
            PORT=str(ports[number]),
            KUNSKAPSGRAF_FOLLOW_SECONDS="0.2",
            KUNSKAPSGRAF_PROXIES="1",
        )

    with ExitStack() as held:
        runs = [ExitStack(), ExitStack()]
        for number, run in enumerate(runs):
            held.enter_context(run)
            run.enter_context(replica(number))
        proxy = subprocess.Popen([nginx.FOUND or "nginx", "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf"])
        held.callback(proxy.wait, timeout=60)
        held.callback(proxy.terminate)
        nginx.wait_for(ports[2], tmp_path / "error.log")
        believed = urllib.request.Request(
            f"http://127.0.0.1:{ports[2]}/",
            headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "https"},
        )
        with urllib.request.urlopen(believed, timeout=30) as answer:
            assert b"evil" not in answer.read() + str(answer.headers).encode()
        with asking(f"http://127.0.0.1:{ports[2]}") as (seen, wrong):
            wait_for(lambda: len(seen) > 20, "answers from the first pack")
            show(own, folder, second)
            for port in ports[:2]:
                wait_for(partial(serves, f"http://127.0.0.1:{port}", second), "the second pack")
            for number, run in enumerate(runs):
                run.close()
                before = len(seen)
                wait_for(partial(lambda most: len(seen) > most + 20, before), "answers from the other replica")
                run.enter_context(replica(number))
            assert [] == wrong
        assert 3 == seen[-1]


def serves(address: str, made: Packed) -> bool:
    """Tell whether a replica has gone over to a pack."""
    return bool(made.version == ask(address, "/redo")[1]["version"])


@contextmanager
def asking(address: str) -> Iterator[tuple[list[int], list[Exception]]]:
    """Let three clients ask what no cache knows, one question after another; give how many rows came, and what failed."""
    seen: list[int] = []
    wrong: list[Exception] = []
    ended = threading.Event()

    def client(number: int) -> None:
        count = 0
        while not ended.is_set():
            try:
                _, found = ask(address, f"/sparql?query={quote(f'{NAMES} # {number} {count}')}&format=json")
                seen.append(len(found["results"]["bindings"]))
            except (OSError, ValueError) as error:
                wrong.append(error)
            count += 1

    clients = [threading.Thread(target=client, args=(number,)) for number in range(3)]
    for one in clients:
        one.start()
    try:
        yield seen, wrong
    finally:
        ended.set()
        for one in clients:
            one.join()


def test_from_the_shell(packs: tuple[Path, Packed, Packed], run: Run, tmp_path: Path) -> None:
    """The command says which file it made; what cannot be served is one line and its exit code."""
    folder, first, _ = packs
    home = tmp_path / "home"
    install(folder / first.file, home, 3)
    code, out, _ = run("pack", str(tmp_path / "ut"), KUNSKAPSGRAF_HOME=home)
    assert (0, f"{tmp_path}/ut/{first.file}\n") == (code, out)
    code, _, err = run("pack", str(tmp_path / "ut"), KUNSKAPSGRAF_HOME=tmp_path / "tomt")
    assert (3, 1) == (code, err.count("\n"))
    # What stands in a home beside an engine elsewhere is not what is served.
    code, out, err = run("pack", str(tmp_path / "ej"), KUNSKAPSGRAF_HOME=home, KUNSKAPSGRAF_STORE="http://127.0.0.1:9/")
    assert (2, "", 1) == (code, out, err.count("\n"))
    run("pack", str(tmp_path / "ut"), KUNSKAPSGRAF_HOME=home, KUNSKAPSGRAF_STORE="")
    for place, expected in (
        ("ftp://x/latest.json", 2),
        (str(tmp_path / "saknas.tar"), 3),
        ("http://127.0.0.1:9/latest.json", 4),
    ):
        code, _, err = run("serve", "--from", place, KUNSKAPSGRAF_HOME=tmp_path / "tomt")
        assert (expected, 1) == (code, err.count("\n")), err
    code, _, err = run("serve", "--from", str(folder), KUNSKAPSGRAF_HOME=home, KUNSKAPSGRAF_WRITERS="anna:" + "0" * 64)
    assert 2 == code
    assert "KUNSKAPSGRAF_WRITERS" in err
