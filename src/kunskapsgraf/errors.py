"""The exceptions of Kunskapsgraf, each saying when it is raised.

::

    KunskapsgrafError
    ├── SettingError            a setting has a value that cannot be used
    ├── SourceError             what a curator wrote stops the build
    │   ├── SyntaxInFile        a file is not the RDF that its name says
    │   ├── UnknownTerm         a term in our namespace that the ontology does not declare
    │   ├── CheckFailed         SHACL or a check query found violations
    │   ├── TableRefused        a table that somebody brings has wrong rows, or cannot be read
    │   ├── Inconsistent        statements contradict each other by the ontology
    │   ├── CircularLayers      closed-world queries read each other's conclusions in a circle
    │   └── QueryFileError      a query file cannot be read: its head, or its query
    ├── SnapshotError           there is no snapshot, or it is damaged
    ├── BuildRunning            another build holds the lock
    ├── NotWritable             writing is switched off, or not for that graph
    ├── Unauthorized            a change comes without a token that is known
    ├── DiskFull                a build has no room on the disk
    ├── NotFound                no thing, report or page by that name
    ├── Gone                    a thing that was served before and is no more
    ├── VersionGone             an address names a version that was served before
    ├── NotAcceptable           no representation in a format that the client accepts
    ├── BadRequest              a request that the protocol does not allow
    │   ├── ParameterError      a report's parameter is missing or has the wrong type
    │   └── UnknownGraph        a graph that this store does not have
    ├── QueryError              a SPARQL query that gets no answer
    │   ├── QuerySyntaxError    the text is not SPARQL
    │   ├── QueryForbidden      SERVICE, LOAD and updates
    │   ├── QueryTooLarge       the text passes a bound
    │   ├── ResultTooLarge      the result passes a bound
    │   ├── QueryTimeout        the time limit ended it
    │   ├── SlowLaneFull        it is slow, and there is no more place for slow ones
    │   ├── SpoolFull           there is no room for its result
    │   └── QueryCrash          the engine process ended (memory, depth)
    ├── Overloaded              the queue is full, or the wait is over
    ├── UnfairUse               a client has used up its time for slow queries
    └── EndpointError           a remote SPARQL endpoint did not answer as it should
        ├── EngineAway          it cannot be reached, or says that it cannot answer now
        └── BrokenAnswer        its answer was cut, or is none

Every message exists in Swedish and English and says what is wrong, where, and how to mend it. The command line shows
one of them, the web service both choices by ``Accept-Language``; ``kunskapsgraf.web.problems`` maps each class to its
status in one table.
"""

from __future__ import annotations


class KunskapsgrafError(Exception):
    """Base of all: a message in two languages.

    ``sv`` and ``en`` are whole sentences; ``line`` and ``column`` (from 1) tell where in a text, when known.
    """

    def __init__(self, sv: str, en: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(sv)
        self.sv = sv
        self.en = en
        self.line = line
        self.column = column

    def message(self, language: str) -> str:
        """Give the message in ``language`` ("sv" or "en"; anything else gives Swedish)."""
        return self.en if language == "en" else self.sv

    def __reduce__(self) -> tuple[object, ...]:
        """Cross from one process to another whole: the constructors of the subclasses differ."""
        return _revived, (type(self), self.args, vars(self))


def revived(name: str, state: dict[str, object]) -> KunskapsgrafError:
    """Make an error again from its class's name and its attributes, as another process has told them."""
    kind = globals().get(name)
    if not (isinstance(kind, type) and issubclass(kind, KunskapsgrafError)):
        kind = KunskapsgrafError
    return _revived(kind, (state.get("sv", ""),), state)


def _revived(kind: type[KunskapsgrafError], args: tuple[object, ...], state: dict[str, object]) -> KunskapsgrafError:
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error


class SettingError(KunskapsgrafError):
    """Raise when a setting has a value that cannot be used."""


class SourceError(KunskapsgrafError):
    """Raise when what a curator wrote stops the build."""


class SyntaxInFile(SourceError):
    """Raise when a file is not the RDF that its name says; names file, line and what was expected."""


class UnknownTerm(SourceError):
    """Raise when data use a term of our namespace that the ontology does not declare."""


class Inconsistent(SourceError):
    """Raise when statements contradict each other by the ontology: a rule of OWL 2 RL concludes false."""


class CheckFailed(SourceError):
    """Raise when shapes or check queries find violations.

    ``violations`` holds each of them as its message in Swedish and in English.
    """

    def __init__(self, sv: str, en: str, violations: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sv, en)
        self.violations = violations


class TableRefused(SourceError):
    """Raise when a table that somebody brings has wrong rows, or cannot be read; nothing of it is written.

    ``rows`` holds for each wrong row its number and its message in Swedish and in English.
    """

    def __init__(self, sv: str, en: str, rows: tuple[tuple[int, str, str], ...] = ()) -> None:
        super().__init__(sv, en)
        self.rows = rows


class CircularLayers(SourceError):
    """Raise when closed-world queries read each other's conclusions in a circle; ``query`` names one of them."""

    def __init__(self, sv: str, en: str, query: str = "") -> None:
        super().__init__(sv, en)
        self.query = query


class QueryFileError(SourceError):
    """Raise when a query file has a head that cannot be read, a parameter that its text does not use, or no query."""


class SnapshotError(KunskapsgrafError):
    """Raise when there is no snapshot to serve, or its files do not agree with its manifest."""


class BuildRunning(KunskapsgrafError):
    """Raise when another build holds the lock."""


class NotWritable(KunskapsgrafError):
    """Raise for a change where writing is switched off, or to a graph that is not for writing."""


class Unauthorized(KunskapsgrafError):
    """Raise for a change without the token of someone who may write; ``code`` is the one of RFC 6750, if there is one."""

    def __init__(self, sv: str, en: str, code: str = "") -> None:
        super().__init__(sv, en)
        self.code = code


class DiskFull(KunskapsgrafError):
    """Raise when a build finds no room on the disk; what it had written is removed."""


class NotFound(KunskapsgrafError):
    """Raise when no thing, report or page has that name; ``near`` are IRIs of things that may have been meant."""

    def __init__(self, sv: str, en: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(sv, en)
        self.near = near


class Gone(KunskapsgrafError):
    """Raise when a thing was served before and is no more; ``replaced_by`` are the IRIs of what stands in its place."""

    def __init__(self, sv: str, en: str, replaced_by: tuple[str, ...] = ()) -> None:
        super().__init__(sv, en)
        self.replaced_by = replaced_by


class VersionGone(KunskapsgrafError):
    """Raise where an address names a version of the graph that is not the one served now; ``version`` and ``served`` name both."""

    def __init__(self, sv: str, en: str, version: str = "", served: str = "") -> None:
        super().__init__(sv, en)
        self.version = version
        self.served = served


class NotAcceptable(KunskapsgrafError):
    """Raise when no representation exists in a format that the client accepts."""


class BadRequest(KunskapsgrafError):
    """Raise for a request that the protocol does not allow."""


class ParameterError(BadRequest):
    """Raise when a report's parameter is missing, unknown or of the wrong type."""


class UnknownGraph(BadRequest):
    """Raise when a client or a query chooses a graph that the store does not have; ``near`` is the nearest it has."""

    def __init__(self, sv: str, en: str, near: str = "") -> None:
        super().__init__(sv, en)
        self.near = near


class QueryError(KunskapsgrafError):
    """Raise when a SPARQL query gets no answer."""


class QuerySyntaxError(QueryError):
    """Raise when the text is not SPARQL; line and column are those of the text.

    ``said`` is the engine's own message, ``expected`` what could stand at the place, and ``hint`` how to mend it, in
    Swedish and English, where that is known.
    """

    said: str = ""
    expected: tuple[str, ...] = ()
    hint: tuple[str, str] | None = None


class QueryForbidden(QueryError):
    """Raise for SERVICE, LOAD and updates, before anything runs."""


class QueryTooLarge(QueryError):
    """Raise when the query text passes a bound."""


class ResultTooLarge(QueryError):
    """Raise when the result passes a bound; nothing of it is sent."""


class QueryTimeout(QueryError):
    """Raise when the time limit ended the query; its process is gone."""


class SlowLaneFull(QueryError):
    """Raise when a query runs past the time of a light one and the slow lane has no place for it."""


class SpoolFull(QueryError):
    """Raise when a result finds no room on the disk, or in the share of it that results may take."""


class QueryCrash(QueryError):
    """Raise when the engine process ended under the query, by memory or depth."""


class Overloaded(KunskapsgrafError):
    """Raise when the queue before the query workers is full, or a query has waited in it for as long as it may."""


class UnfairUse(KunskapsgrafError):
    """Raise when a client's slow queries have used up its time; ``retry_after`` is in seconds."""

    def __init__(self, sv: str, en: str, retry_after: int = 1) -> None:
        super().__init__(sv, en)
        self.retry_after = retry_after


class EndpointError(KunskapsgrafError):
    """Raise when a remote SPARQL endpoint cannot be reached or does not answer as the protocol says."""


class EngineAway(EndpointError):
    """Raise when the engine elsewhere cannot be reached, or says that it cannot answer now; nothing was lost by asking."""


class BrokenAnswer(EndpointError):
    """Raise when what an engine elsewhere has answered was cut, or is no answer; nothing of it is shown."""
