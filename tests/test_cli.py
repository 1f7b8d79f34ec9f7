"""The command line: what each command prints, its exit codes, and one-line errors that say how to mend."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import io
import json
import os
import signal
import subprocess
import sys
import termios
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, wait_for

from kunskapsgraf import __version__, cli
from kunskapsgraf.graph.snapshot import current, pointed
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.pipeline.load import building
from kunskapsgraf.settings import Settings

WORLD = Path(__file__).parent / "world"
COMMANDS = ("build", "check", "serve", "query", "report", "info")
NAME = "https://w3id.org/kunskapsgraf/ns#namn"
SELECT = f"SELECT ?name {{ ?thing <{NAME}> ?name }} ORDER BY ?name"


def variables(settings: Settings) -> dict[str, str]:
    """Give the environment that leads to a world's sources and home."""
    return {
        "KUNSKAPSGRAF_SOURCES": str(settings.sources),
        "KUNSKAPSGRAF_HOME": str(settings.home),
        "KUNSKAPSGRAF_WORKERS": "1",
    }


def command_line(*arguments: str) -> list[str]:
    """Give the command that runs the command line by itself."""
    return [sys.executable, "-m", "kunskapsgraf.cli", *arguments]


def test_help_lists_every_setting_and_command(run: Run) -> None:
    """--help names each setting with its help and default, each command, and each exit code."""
    code, out, err = run("--help")
    assert (0, "") == (code, err)
    for row in SETTINGS:
        assert f"{row.variable:28} {row.help} [{row.default}]" in out
    for command in COMMANDS:
        assert f"    {command} " in out
    for number in {number for _, number in cli.EXIT_CODES}:
        assert f"{number} " in out.split("exit codes:")[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(run: Run, command: str) -> None:
    """Each command has a help of its own."""
    code, out, _ = run(command, "--help")
    assert 0 == code
    assert out.startswith(f"usage: kunskapsgraf {command} ")


def test_version(run: Run) -> None:
    """--version tells the version of the program."""
    assert (0, f"kunskapsgraf {__version__}\n", "") == run("--version")


@pytest.mark.parametrize(
    "arguments",
    [(), ("bygg",), ("query",), ("query", "-", "--format", "xls"), ("report", "--format", "ttl"), ("info", "x")],
)
def test_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    """Wrong usage ends with 2 and says which usage is right."""
    code, out, err = run(*arguments)
    assert (2, "") == (code, out)
    assert err.startswith("usage: kunskapsgraf")


def test_build_is_quiet_in_a_pipe(run: Run, micro: Settings) -> None:
    """Where nobody watches, a build that succeeds prints nothing."""
    assert (0, "", "") == run("build", **variables(micro))
    assert pointed(micro.home) is not None
    assert (0, "", "") == run("build")


def test_check_is_quiet_in_a_pipe(run: Run, micro: Settings) -> None:
    """Where nobody watches, a check that finds nothing prints nothing, and nothing is built."""
    assert (0, "", "") == run("check", **variables(micro))
    assert pointed(micro.home) is None


@pytest.mark.parametrize(
    ("language", "command", "parts"),
    [
        ("sv", "build", ["1/5 läser", "5/5 skriver", " satser på "]),
        ("en", "build", ["1/5 reading", "5/5 writing", " statements in "]),
        ("sv", "check", ["2/2 kontrollerar", "2 filer och 10 satser; inga fel\n"]),
        ("en", "check", ["2/2 checking", "2 files and 10 statements; no errors\n"]),
    ],
)
def test_progress_at_a_terminal(
    micro: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    command: str,
    parts: list[str],
) -> None:
    """At a terminal the steps are shown on stderr, and at the end what was done; stdout stays empty."""
    for name, value in (variables(micro) | {"KUNSKAPSGRAF_LANGUAGE": language}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert 0 == cli.main([command])
    printed = capsys.readouterr()
    assert "" == printed.out
    for part in parts:
        assert part in printed.err


def test_sources_as_an_argument(run: Run, micro: Settings, tmp_path: Path) -> None:
    """The commands build and check take the folder as an argument, before that of the environment."""
    environment = variables(micro) | {"KUNSKAPSGRAF_SOURCES": str(tmp_path / "saknas")}
    assert (0, "", "") == run("check", str(micro.sources), **environment)
    assert (0, "", "") == run("build", str(micro.sources))
    assert 1 == run("check")[0]


# (what breaks the sources, part of the message in Swedish, in English)
BROKEN = [
    ("@prefix", "kalla.ttl:1:", "filen kan inte läsas som RDF", "the file cannot be read as RDF"),
    (
        '@prefix kg: <https://w3id.org/kunskapsgraf/ns#> .\nkg:Sak kg:nanm "a" .',
        "data/ttl/kalla.ttl:2:",
        "Menade du kg:namn?",
        "Did you mean kg:namn?",
    ),
]


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize(("content", "where", "sv", "en"), BROKEN)
def test_broken_sources(run: Run, micro: Settings, command: str, content: str, where: str, sv: str, en: str) -> None:
    """Broken sources end with 1 and one line that names file and line and says how to mend it."""
    (micro.sources / "data" / "ttl" / "kalla.ttl").write_text(content, encoding="utf-8")
    for language, says in (("sv", sv), ("en", en)):
        code, out, err = run(command, **variables(micro), KUNSKAPSGRAF_LANGUAGE=language)
        assert (1, "") == (code, out)
        assert 1 == err.count("\n")
        assert err.startswith("kunskapsgraf: ")
        assert where in err
        assert says in err


def test_failed_check(run: Run, world_settings: Settings) -> None:
    """Violations end with 1: a line with their number, and then a line for each."""
    file = world_settings.sources / "data" / "ttl" / "redaktion" / "varld.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace(' ; kg:kommunkod "9902"', ""), encoding="utf-8")
    code, out, err = run("check", **variables(world_settings))
    assert (1, "") == (code, out)
    first, second = err.splitlines()
    assert "kunskapsgraf: 1 fel i källfilerna; inget byggdes." == first
    assert second.startswith("data/ttl/redaktion/varld.ttl:11: kommun/soderby: ")


def test_another_build_is_running(run: Run, micro: Settings) -> None:
    """A build beside another ends with 5 and one line."""
    with building(micro.home):
        code, out, err = run("build", **variables(micro))
    assert (5, "") == (code, out)
    assert f"kunskapsgraf: Ett annat bygge pågår i {micro.home}. Vänta tills det är klart.\n" == err


def test_home_that_cannot_be_written(run: Run, micro: Settings, tmp_path: Path) -> None:
    """A home that is no folder ends with 1 and one line with what to look at, in both languages."""
    (tmp_path / "fil").write_text("", encoding="utf-8")
    environment = variables(micro) | {"KUNSKAPSGRAF_HOME": str(tmp_path / "fil")}
    for language, says in (("sv", "Kontrollera sökvägen"), ("en", "Check the path")):
        code, out, err = run("build", **environment, KUNSKAPSGRAF_LANGUAGE=language)
        assert (1, "") == (code, out)
        assert str(tmp_path / "fil") in err
        assert says in err
        assert 1 == err.count("\n")


# Commands that need a snapshot.
ASKING = [("query", "-"), ("report", "kommuner-per-metod"), ("info",), ("serve",)]


@pytest.mark.parametrize("arguments", ASKING, ids=[arguments[0] for arguments in ASKING])
def test_no_snapshot(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Before the first build, a command that needs a snapshot ends with 3 and says what to run."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(SELECT))
    for language, says in (("sv", "Kör kunskapsgraf build."), ("en", "Run kunskapsgraf build.")):
        code, out, err = run(*arguments, KUNSKAPSGRAF_HOME=tmp_path, KUNSKAPSGRAF_LANGUAGE=language, PORT="0")
        monkeypatch.setattr(sys, "stdin", io.StringIO(SELECT))
        assert (3, "") == (code, out)
        assert 1 == err.count("\n")
        assert err.endswith(f"{says}\n")


def test_damaged_snapshot(run: Run, micro: Settings) -> None:
    """A damaged snapshot ends with 3 and says what to run; after that the command works again."""
    environment = variables(micro)
    run("build", **environment)
    (current(micro.home).path / "manifest.json").unlink()
    code, _, err = run("info")
    assert 3 == code
    assert "Kör kunskapsgraf build" in err
    assert 0 == run("build")[0]
    assert 0 == run("info")[0]


def test_bad_setting(run: Run) -> None:
    """A setting that cannot be used ends with 2 and one line that names it."""
    code, out, err = run("info", KUNSKAPSGRAF_WORKERS="noll", KUNSKAPSGRAF_LANGUAGE="en")
    assert (2, "") == (code, out)
    assert "kunskapsgraf: KUNSKAPSGRAF_WORKERS is 'noll'; give a whole number of at least 1.\n" == err


# (query, format, output)
QUERIES = [
    (SELECT, None, "name\r\nring\r\nsked\r\n"),
    (SELECT, "tsv", '?name\n"ring"\n"sked"\n'),
    (
        f"{SELECT} LIMIT 1",
        "json",
        '{"head":{"vars":["name"]},"results":{"bindings":[{"name":{"type":"literal","value":"ring"}}]}}',
    ),
    ("ASK { ?s ?p 'ring' }", None, '{"head":{},"boolean":true}'),
    (
        f"CONSTRUCT WHERE {{ ?s <{NAME}> 'ring' }}",
        "nt",
        f'<https://w3id.org/kunskapsgraf/id/sak/ring> <{NAME}> "ring" .\n',
    ),
]


@pytest.mark.parametrize(("query", "name", "expected"), QUERIES)
def test_query(run: Run, micro_built: Settings, tmp_path: Path, query: str, name: str | None, expected: str) -> None:
    """A query from a file prints its result and nothing else, in the format asked for or the one that suits it."""
    file = tmp_path / "fråga.rq"
    file.write_text(query, encoding="utf-8")
    asked = ("--format", name) if name else ()
    assert (0, expected, "") == run("query", str(file), *asked, **variables(micro_built))


def test_query_from_standard_input(run: Run, micro_built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """With - the query is read from standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(SELECT))
    assert (0, "name\r\nring\r\nsked\r\n", "") == run("query", "-", **variables(micro_built))


def test_query_as_turtle(run: Run, micro_built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph is printed as Turtle, with our prefixes."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"CONSTRUCT WHERE {{ ?s <{NAME}> 'ring' }}"))
    code, out, _ = run("query", "-", **variables(micro_built))
    assert 0 == code
    assert 'kg:namn "ring"' in out


# (query, format, environment, exit code, part of the message)
REFUSED = [
    ("SELECT * {", None, {}, 4, "Frågan går inte att tolka (rad 1, kolumn 11): Texten slutar för tidigt"),
    ("hej", None, {}, 4, "Texten är ingen SPARQL-fråga"),
    ("SELECT * { SERVICE <http://x/> {} }", None, {}, 4, "SERVICE (rad 1) är avstängt"),
    ("INSERT DATA {}", None, {}, 4, "INSERT (rad 1) är en uppdatering"),
    (SELECT, None, {"KUNSKAPSGRAF_QUERY_BYTES": "10"}, 4, "gränsen är 10"),
    (SELECT, None, {"KUNSKAPSGRAF_RESULT_BYTES": "10"}, 4, "Svaret är större än 10 byte"),
    ("SELECT * { " + "?a ?b ?c . " * 2 + "}", "ttl", {}, 2, "Välj ett av: json, xml, csv, tsv."),
    ("ASK {}", "csv", {}, 2, "Välj ett av: json, xml."),
    (
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(10)) + " }",
        None,
        {"KUNSKAPSGRAF_QUERY_SECONDS": "0.2"},
        4,
        "den tog mer än 0.2 sekunder",
    ),
]


@pytest.mark.parametrize(("query", "name", "environment", "code", "says"), REFUSED)
def test_query_refused(
    run: Run,
    micro_built: Settings,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    name: str | None,
    environment: dict[str, str],
    code: int,
    says: str,
) -> None:
    """A query that gets no answer ends with 4, a format that does not fit with 2, each with one line."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(query))
    asked = ("--format", name) if name else ()
    found, out, err = run("query", "-", *asked, **variables(micro_built), **environment)
    assert (code, "") == (found, out)
    assert err.startswith("kunskapsgraf: ")
    assert says in err
    assert 1 == err.count("\n")


@pytest.mark.parametrize("name", ["saknas.rq", "."])
def test_query_file_that_cannot_be_read(run: Run, tmp_path: Path, name: str) -> None:
    """A file that cannot be read ends with 2 and says what to give."""
    code, out, err = run("query", str(tmp_path / name))
    assert (2, "") == (code, out)
    assert f"{tmp_path / name}" in err
    assert "Ange en textfil med en fråga, eller - för standard in." in err
    assert 1 == err.count("\n")


def test_query_that_is_not_utf_8(run: Run, tmp_path: Path) -> None:
    """A file that is no UTF-8 ends with 2 rather than with wrong letters."""
    (tmp_path / "a.rq").write_bytes("SELECT * { ?s ?p 'å' }".encode("latin-1"))
    code, _, err = run("query", str(tmp_path / "a.rq"))
    assert 2 == code
    assert 1 == err.count("\n")


def test_reports_are_listed(run: Run) -> None:
    """The command report without a name lists every report with its title in the language of the setting."""
    _, sv, err = run("report")
    _, en, _ = run("report", KUNSKAPSGRAF_LANGUAGE="en")
    assert "" == err
    assert any(line.split()[0] == "kommuner-per-metod" and "Kommuner per metod" in line for line in sv.splitlines())
    assert any(
        line.split()[0] == "kommuner-per-metod" and "Municipalities by method" in line for line in en.splitlines()
    )
    assert [line.split()[0] for line in sv.splitlines()] == [line.split()[0] for line in en.splitlines()]


def test_report_as_csv(run: Run, small: Settings) -> None:
    """A report with a parameter prints its rows."""
    code, out, err = run(
        "report", "kommuner-per-metod", "--param", "metod=tolvstegsmetoden", "--format", "csv", **variables(small)
    )
    assert (0, "") == (code, err)
    [row] = csv.DictReader(io.StringIO(out, newline=""))
    assert ("Norrby", "Samtal", "2006-02-01", "2006-03-31") == (
        row["kommunNamn"],
        row["insatsNamn"],
        row["giltigFran"],
        row["giltigTill"],
    )


def test_report_as_json(run: Run, small: Settings) -> None:
    """A report as JSON names its columns; --param may be repeated."""
    arguments = ("--param", "metod=tolvstegsmetoden", "--param", "sprak=en", "--format", "json")
    code, out, _ = run("report", "kommuner-per-metod", *arguments, **variables(small))
    found = json.loads(out)
    assert (0, "kommuner-per-metod") == (code, found["report"])
    assert ["Talks"] == [row["insatsNamn"] for row in found["rows"]]
    assert set(found["columns"]) == set(found["rows"][0])


def test_report_as_markdown(run: Run, small: Settings) -> None:
    """A report is a Markdown table by default, with a heading and a row."""
    code, out, _ = run("report", "anonyma-insatser", "--param", "kommun=norrby", **variables(small))
    lines = out.splitlines()
    assert (0, 3) == (code, len(lines))
    assert set(lines[1]) == {"|", "-"}
    assert "| Norrby" in lines[2]


def test_report_without_rows(run: Run, small: Settings) -> None:
    """A report without rows prints its columns and succeeds."""
    code, out, _ = run("report", "anonyma-insatser", "--param", "kommun=soderby", "--format", "csv", **variables(small))
    assert (0, 1) == (code, len(out.splitlines()))


# (arguments, part of the message)
WRONG_REPORTS = [
    (("finns-ej",), "Det finns ingen rapport 'finns-ej'. De som finns: "),
    (("kommuner-per-metod", "--param", "metod"), "--param 'metod': skriv namn=värde."),
    (("kommuner-per-metod", "--param", "kommun=sala"), "har ingen parameter 'kommun'. De som finns: metod, sprak."),
    (("kommuner-per-metod", "--param", "metod=http://x> } DELETE"), "ska vara av typen iri"),
    (("meny-for-kommun",), "behöver parametern plats (Kommun)."),
    (("kommuner-per-metod", "--param", "metod=tolvsteg"), "metod är 'tolvsteg', men någon sådan finns inte i grafen."),
]


@pytest.mark.parametrize(("arguments", "says"), WRONG_REPORTS)
def test_wrong_report(run: Run, small: Settings, arguments: tuple[str, ...], says: str) -> None:
    """An unknown report or parameter ends with 2 and one line that says which there are."""
    code, out, err = run("report", *arguments, **variables(small))
    assert (2, "") == (code, out)
    assert says in err
    assert 1 == err.count("\n")


def test_info(run: Run, micro_built: Settings) -> None:
    """The command info prints the version, the size of each graph and the members of each class."""
    code, out, err = run("info", **variables(micro_built))
    assert (0, "") == (code, err)
    lines = [line.split() for line in out.splitlines()]
    assert ["version", current(micro_built.home).manifest.version] in lines
    assert ["software", "kunskapsgraf", __version__] in lines
    assert ["6", "graf/ontologi"] in lines
    assert ["4", "graf/kalla/kalla"] in lines
    assert ["2", "kg:Sak"] in lines
    assert ["1", "kg:DyrSak"] in lines


def test_module_and_script_are_the_same() -> None:
    """The command that is installed is the module's main."""
    script = Path(sys.executable).with_name("kunskapsgraf")
    found = subprocess.run([str(script), "--version"], capture_output=True, text=True, check=True)
    assert f"kunskapsgraf {__version__}\n" == found.stdout


@contextlib.contextmanager
def started(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Start the command line by itself; end it afterwards, whatever came of the test."""
    command = command_line(*arguments)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=os.environ | environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_broken_pipe(micro_built: Settings, tmp_path: Path, unbuffered: str) -> None:
    """A reader that has seen enough, as head, ends the command without an error."""
    file = tmp_path / "stor.rq"
    # More than a pipe holds, wherever this runs.
    crossed = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(6))
    file.write_text(f"SELECT (1 AS ?a) {{ {crossed} }} LIMIT 1000000", encoding="utf-8")
    environment = variables(micro_built) | {"KUNSKAPSGRAF_QUERY_SECONDS": "30", "PYTHONUNBUFFERED": unbuffered}
    with started("query", str(file), environment=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "a\n" == process.stdout.readline()
        process.stdout.close()
        assert "" == process.stderr.read()
        assert 0 == process.wait(timeout=120)


@pytest.mark.parametrize(("unbuffered", "command"), [("", "query"), ("1", "query"), ("1", "report")])
def test_full_disk(micro_built: Settings, tmp_path: Path, unbuffered: str, command: str) -> None:
    """A result that cannot be written whole ends with an error, never as a cut answer that looks whole."""
    reports = tmp_path / "queries" / "reports"
    reports.mkdir(parents=True)
    (reports / "alla.rq").write_text(SELECT, encoding="utf-8")
    environment = {"KUNSKAPSGRAF_SOURCES": str(tmp_path), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command_line(command, "-" if command == "query" else "alla"),
            check=False,
            input=SELECT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | variables(micro_built) | environment,
        )
    assert 1 == done.returncode
    assert done.stderr.startswith("kunskapsgraf: ")
    assert 1 == done.stderr.count("\n")


@pytest.fixture
def heeded() -> Iterator[None]:
    """Let processes that are started heed Ctrl-C, also where the tests run in the background of a shell that does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_interrupt(micro_built: Settings) -> None:
    """Ctrl-C ends a command with 130 and no traceback."""
    with started("query", "-", environment=variables(micro_built)) as process:
        assert process.stdin is not None
        process.stdin.write("ASK ")
        process.stdin.flush()
        # Who has read the beginning is past its start, and waits for the rest.
        pipe = process.stdin.fileno()
        wait_for(lambda: fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)) == bytes(4), "the command reads")
        # One that comes just before the command waits is seen when the next one wakes it: Python looks between reads.
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=3)
                break
        assert process.stderr is not None
        assert "" == process.stderr.read()
        assert 130 == process.wait(timeout=120)


def test_serve(micro: Settings) -> None:
    """The command serve --build builds, prints the address alone and answers there until it is told to stop."""
    with started("serve", "--build", environment=variables(micro) | {"PORT": "0"}) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert b"true" in fetch(f"{address}sparql?query=ASK%20%7B%7D")
        process.terminate()
        printed, logged = process.communicate(timeout=120)
        assert "" == printed
        assert ["query", "request"] == [json.loads(line)["event"] for line in logged.splitlines()]
        assert 0 == process.returncode
    assert pointed(micro.home) is not None


def fetch(address: str) -> bytes:
    """Get an address as soon as something listens there."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
