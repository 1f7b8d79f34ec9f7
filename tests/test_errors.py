"""The exception tree: as drawn, mapped to statuses and exit codes, and speaking both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kunskapsgraf import cli, errors, settings
from kunskapsgraf.errors import CheckFailed, KunskapsgrafError
from kunskapsgraf.web.problems import (
    STATUSES,
    AddressTooLong,
    BadCredentials,
    PreconditionFailed,
    UnsupportedMediaType,
    status_of,
)

# (class, HTTP status, exit code). What only the command line can raise is 500 on the web: it would be our fault there.
MAPPED: list[tuple[type[KunskapsgrafError], int, int]] = [
    (errors.KunskapsgrafError, 500, 1),
    (errors.SettingError, 500, 2),
    (errors.SourceError, 422, 1),
    (errors.SyntaxInFile, 400, 1),
    (errors.UnknownTerm, 422, 1),
    (errors.Inconsistent, 422, 1),
    (errors.CheckFailed, 422, 1),
    (errors.TableRefused, 422, 1),
    (errors.CircularLayers, 500, 1),
    (errors.QueryFileError, 500, 1),
    (errors.SnapshotError, 503, 3),
    (errors.BuildRunning, 503, 5),
    (errors.NotWritable, 403, 1),
    (errors.Unauthorized, 401, 1),
    (errors.DiskFull, 503, 6),
    (errors.NotFound, 404, 2),
    (errors.Gone, 410, 1),
    (errors.VersionGone, 410, 1),
    (errors.NotAcceptable, 406, 2),
    (errors.BadRequest, 400, 2),
    (errors.ParameterError, 400, 2),
    (errors.UnknownGraph, 400, 2),
    (errors.QueryError, 500, 4),
    (errors.QuerySyntaxError, 400, 4),
    (errors.QueryForbidden, 400, 4),
    (errors.QueryTooLarge, 413, 4),
    (errors.ResultTooLarge, 503, 4),
    (errors.QueryTimeout, 503, 4),
    (errors.SlowLaneFull, 503, 4),
    (errors.SpoolFull, 503, 4),
    (errors.QueryCrash, 503, 4),
    (errors.Overloaded, 503, 4),
    (errors.UnfairUse, 429, 4),
    (errors.EndpointError, 502, 4),
    (errors.EngineAway, 503, 4),
    (errors.BrokenAnswer, 502, 4),
]


def classes() -> list[type[KunskapsgrafError]]:
    """List the classes that the module defines, the base first."""
    return [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, KunskapsgrafError) and found.__module__ == errors.__name__
    ]


def drawn() -> dict[str, str]:
    """Read the tree in the module's docstring: each class and the one above it."""
    above: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.fullmatch(r"    (?P<stem>(?:│   |    )*)(?:[├└]── )?(?P<name>[A-Z]\w+)(?P<says>\s{2,}\S.*)?", line)
        if found is None:
            continue
        is_base = "──" not in line
        depth = 0 if is_base else len(found["stem"]) // 4 + 1
        path = [*path[:depth], found["name"]]
        if not is_base:
            assert found["says"], f"{found['name']} does not say when it is raised"
            above[found["name"]] = path[depth - 1]
    return above


def test_drawn_tree_equals_the_classes() -> None:
    """The tree in the docstring is the tree of the classes."""
    assert {kind.__name__: kind.__bases__[0].__name__ for kind in classes() if kind is not KunskapsgrafError} == drawn()


def test_each_class_says_when_it_is_raised() -> None:
    """Each class has a docstring in the imperative."""
    assert [] == [k.__name__ for k in classes() if not (k.__doc__ or "").startswith(("Raise ", "Base of all"))]


def test_every_class_is_mapped() -> None:
    """No class is left out of the table below, and none is there twice."""
    assert classes() == [kind for kind, _, _ in MAPPED]


@pytest.mark.parametrize(("kind", "expected", "_code"), MAPPED)
def test_status(kind: type[KunskapsgrafError], expected: int, _code: int) -> None:
    """Each class has its HTTP status and a title."""
    status, title = status_of(kind("fel", "error"))
    assert expected == status
    assert title


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(UnsupportedMediaType, 415), (AddressTooLong, 414), (BadCredentials, 400), (PreconditionFailed, 412)],
)
def test_status_of_the_webs_own(kind: type[KunskapsgrafError], expected: int) -> None:
    """The errors that only the web has are mapped too."""
    assert expected == status_of(kind("fel", "error"))[0]


def test_no_row_hides_behind_an_earlier_one() -> None:
    """A class stands in the tables before the classes above it, so that every row can be reached."""
    for table in ([kind for kind, *_ in STATUSES], [kind for kind, _ in cli.EXIT_CODES]):
        hidden = [(a, b) for i, a in enumerate(table) for b in table[i + 1 :] if issubclass(b, a)]
        assert [] == hidden


def test_titles_in_both_languages() -> None:
    """Each status has a title in Swedish and one in English."""
    assert [] == [kind.__name__ for kind, _, sv, en in STATUSES if not sv or not en or sv == en]


@pytest.mark.parametrize(("language", "expected"), [("sv", "fel: rätta"), ("en", "error: mend")])
@pytest.mark.parametrize(("kind", "_status", "code"), MAPPED)
def test_exit_code_and_message(
    kind: type[KunskapsgrafError],
    _status: int,
    code: int,
    language: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The command line ends with the class's code and one line on stderr in the language of the setting."""

    def fail(_: object) -> None:
        raise kind("fel: rätta", "error: mend")

    monkeypatch.setattr(settings, "load", fail)
    monkeypatch.setenv("KUNSKAPSGRAF_LANGUAGE", language)
    assert code == cli.main(["info"])
    printed = capsys.readouterr()
    assert ("", f"kunskapsgraf: {expected}\n") == (printed.out, printed.err)


@pytest.mark.parametrize(("language", "expected"), [("sv", "fel"), ("en", "error"), ("fi", "fel"), ("", "fel")])
def test_message(language: str, expected: str) -> None:
    """A message is in the language asked for; Swedish where there is no such language."""
    assert expected == KunskapsgrafError("fel", "error").message(language)


def test_place_and_violations_are_kept() -> None:
    """An error keeps its line and column, and a failed check its violations."""
    error = errors.QuerySyntaxError("fel", "error", line=2, column=3)
    assert (2, 3) == (error.line, error.column)
    assert (("fel", "error"),) == CheckFailed("fel", "error", (("fel", "error"),)).violations


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Give every place in the package that makes one of our errors."""
    names = {kind.__name__ for kind in classes()} | {
        kind.__name__ for kind in (UnsupportedMediaType, AddressTooLong, BadCredentials, PreconditionFailed)
    }
    package = Path(errors.__file__).parent
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    yield f"{file.relative_to(package)}:{node.lineno}", node


def test_every_error_is_made_with_both_languages() -> None:
    """Wherever an error is made, it is given a Swedish and an English message, and they differ."""
    found = list(raised())
    assert len(found) > 30, "the errors are made somewhere"
    assert [] == [
        place for place, call in found if len(call.args) < 2 or ast.dump(call.args[0]) == ast.dump(call.args[1])
    ]
