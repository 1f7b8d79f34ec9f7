"""Queries written anew for the engine: the same rows, where the conditions hold, and as they were where one does not."""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, QueryBoolean, QuerySolutions, RdfFormat, Store
from random_queries import EX, PREFIX, Queries, quads
from rdflib import Graph

from kunskapsgraf.graph import worker
from kunskapsgraf.graph.engine import Memory
from kunskapsgraf.graph.rewriting import asked as ask
from kunskapsgraf.graph.rewriting import counted, rewritten

A_QUICK_LOOK, LONG = 250, 10_000
# What is written, and what the engine is asked instead.
FORMS = {
    "two patterns": (
        "SELECT * { ?x a :K FILTER NOT EXISTS { ?x :p ?y . ?y :q ?z } }",
        "SELECT * { ?x a :K FILTER NOT EXISTS { ?x :p ?y . LATERAL { ?y :q ?z } } }",
    ),
    "what is known from outside comes first, a class last": (
        "SELECT * { ?x a :K FILTER EXISTS { ?y a :L ; :p ?x } }",
        "SELECT * { ?x a :K FILTER EXISTS { ?y :p ?x . LATERAL { ?y a :L } } }",
    ),
    "abbreviations, blank nodes, sequences and filters": (
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p/:q [ :r 1, _:b ] . _:b :p 2 FILTER(?x != :a) } }",
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p ?hop3 . LATERAL { ?hop3 :q ?hop1 } LATERAL { ?hop1 :r 1 } "
        "LATERAL { ?hop1 :r ?hop2 } LATERAL { ?hop2 :p 2 } FILTER(?x != :a) } }",
    ),
    "an EXISTS anywhere, and within another": (
        "ASK { ?x a :K BIND(EXISTS { ?x :p ?y . ?y :q ?z FILTER NOT EXISTS { ?z :p ?u . ?u :q ?x } } AS ?e) }",
        "ASK { ?x a :K BIND(EXISTS { ?x :p ?y . LATERAL { ?y :q ?z } FILTER NOT EXISTS { ?z :p ?u . LATERAL { ?u :q ?x } } } "
        "AS ?e) }",
    ),
    "branches": (
        "ASK { ?x a :K FILTER EXISTS { ?x :p ?y { ?y :q ?z } UNION { ?y :r ?z FILTER(?z > 1) } } }",
        "ASK { ?x a :K FILTER EXISTS { ?x :p ?y . LATERAL { { ?y :q ?z . } UNION { ?y :r ?z . FILTER(?z > 1) } } } }",
    ),
    "the whole graph, the filter at any place": (
        "SELECT * { FILTER NOT EXISTS { ?x :p ?w } ?x a ?y . OPTIONAL { ?x :q ?z } # last\n}",
        "SELECT * { FILTER(true) ?x a ?y . OPTIONAL { ?x :q ?z } # last\n MINUS { ?x :p ?w } }",
    ),
    "the whole graph, two absences with a variable of the same name, in brackets": (
        "SELECT ?x { ?x ?v ?y FILTER(NOT EXISTS { ?x :p ?w }) . FILTER NOT EXISTS { ?w :q ?y FILTER(?w != ?y) } } ORDER BY ?x LIMIT 9",
        "SELECT ?x { ?x ?v ?y FILTER(true) . FILTER(true)  MINUS { ?w :q ?y FILTER(?w != ?y) }  MINUS { ?x :p ?w } } "
        "ORDER BY ?x LIMIT 9",
    ),
}
# What would be wrong without one of the conditions, with a graph that shows it.
CONDITIONS = {
    "a filter in a branch on a variable of before": (
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p ?y { ?z :q ?w FILTER(?y = :b) } UNION { ?z :r ?w } } }",
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p ?y LATERAL { { ?z :q ?w FILTER(?y = :b) } UNION { ?z :r ?w } } } }",
        ":a a :K ; :p :b . :c :q :d .",
    ),
    "an OPTIONAL in a group of its own": (
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p ?y { OPTIONAL { ?y :q ?z } } } }",
        "SELECT * { ?x a :K FILTER EXISTS { ?x :p ?y LATERAL { OPTIONAL { ?y :q ?z } } } }",
        ":a a :K ; :p :b . :c :q :d .",
    ),
    "MINUS: no variable is shared": (
        "SELECT * { ?x a ?y FILTER NOT EXISTS { ?z :p ?w } }",
        "SELECT * { ?x a ?y MINUS { ?z :p ?w } }",
        ":a a :K ; :p :b .",
    ),
    "MINUS: a shared variable may have no value": (
        "SELECT * { ?x a ?y OPTIONAL { ?x :q ?z } FILTER NOT EXISTS { ?w :p ?z } }",
        "SELECT * { ?x a ?y OPTIONAL { ?x :q ?z } MINUS { ?w :p ?z } }",
        ":a a :K ; :p :b .",
    ),
    "MINUS: an expression uses a variable of outside": (
        "SELECT * { ?x a ?y FILTER NOT EXISTS { ?x :p ?w FILTER(?y = :K) } }",
        "SELECT * { ?x a ?y MINUS { ?x :p ?w FILTER(?y = :K) } }",
        ":a a :K ; :p :b .",
    ),
    "MINUS: OPTIONAL binds what is bound outside": (
        "SELECT * { ?x a ?y FILTER NOT EXISTS { ?x :p ?w OPTIONAL { ?w :q ?y } } }",
        "SELECT * { ?x a ?y MINUS { ?x :p ?w OPTIONAL { ?w :q ?y } } }",
        ":a a :K ; :p :b . :b :q :L .",
    ),
    "MINUS: an absence within it uses a variable of outside": (
        "SELECT * { ?x a ?y FILTER NOT EXISTS { ?x :p ?w FILTER NOT EXISTS { ?w :q ?y } } }",
        "SELECT * { ?x a ?y MINUS { ?x :p ?w FILTER NOT EXISTS { ?w :q ?y } } }",
        ":a a :K ; :p :b . :b :q :L .",
    ),
    "MINUS: the group is an OPTIONAL one, whose filter sees what is before it": (
        "SELECT * { ?w :r ?x OPTIONAL { ?x a ?y FILTER NOT EXISTS { ?x :p ?w } } }",
        "SELECT * { ?w :r ?x OPTIONAL { ?x a ?y MINUS { ?x :p ?w } } }",
        ":c :r :a . :a a :K ; :p :b .",
    ),
    "MINUS: the absence is not the whole filter": (
        "SELECT * { ?x a ?y FILTER(?y = :K || NOT EXISTS { ?x :p ?w }) }",
        "SELECT * { ?x a ?y FILTER(?y = :K) MINUS { ?x :p ?w } }",
        ":a a :K ; :p :b .",
    ),
    "MINUS: where the filter stands": (
        "SELECT * { FILTER NOT EXISTS { ?x :p ?w } ?x a :K }",
        "SELECT * { MINUS { ?x :p ?w } ?x a :K }",
        ":a a :K ; :p :b .",
    ),
}
# What means the same either way, or may not gain; it is left as it is.
LEFT_ALONE = {
    "one pattern": "SELECT * { ?x a :K FILTER NOT EXISTS { ?x :p ?y } }",
    "the first rows only": "SELECT * { ?x a ?y FILTER NOT EXISTS { ?x :p ?w } } LIMIT 5",
    "a collection": "ASK { ?x a :K FILTER EXISTS { ?x :p (1 2) . ?x :q ?y } }",
    "a subselect": "ASK { ?x a :K FILTER EXISTS { SELECT ?x { ?x :p ?y . ?y :q ?z } } }",
    "no EXISTS": "SELECT * { ?x :p 'EXISTS' ; :q ?y }",
    "no grammar": "SELECT * { ?x a :K FILTER NOT EXISTS { ?x :p ?y . ?y :q } }",
}


def answer(store: Store, query: str) -> object:
    """Give an answer as something that can be compared: rows and triples as multisets."""
    found = store.query(query)
    if isinstance(found, QueryBoolean):
        return bool(found)
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        return names, Counter(tuple(str(row[name]) for name in names) for row in found)
    return Counter(str(triple) for triple in found)


def holding(turtle: str) -> Store:
    """Give a store of some statements."""
    store = Store()
    store.load(f"{PREFIX.replace('PREFIX', '@prefix').strip()} . {turtle}".encode(), format=RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("case", FORMS)
def test_forms(case: str) -> None:
    """What is covered takes the form that the engine is fast at; what is around it stays as it was written."""
    written, asked = FORMS[case]
    assert PREFIX + asked == rewritten(PREFIX + written)
    store = holding(":a a :K ; :p :b, :c ; :q 2 . :b :q :c ; :r 2 ; :p 2 . :c a :L ; :p :a .")
    assert answer(store, PREFIX + written) == answer(store, PREFIX + asked)


@pytest.mark.parametrize("case", CONDITIONS)
def test_conditions(case: str) -> None:
    """Each condition keeps apart what does not mean the same."""
    written, wrong, turtle = CONDITIONS[case]
    store = holding(turtle)
    assert answer(store, PREFIX + written) != answer(store, PREFIX + wrong)
    asked = rewritten(PREFIX + written) or PREFIX + written
    assert answer(store, PREFIX + written) == answer(store, asked)
    assert "MINUS" not in asked
    assert "LATERAL" not in asked or "LATERAL" not in wrong


def test_paths_that_may_be_empty() -> None:
    """A path that may be empty leads from a term to itself, be it a node or not; from what has no value, from nodes alone.

    The engine finds no such path from what is no node, so rdflib is asked: ``:p`` stands in the graph as a property only.
    """
    absence, wrong = (f"SELECT * {{ ?x ?v ?y {one} {{ ?v :q* ?w }} }}" for one in ("FILTER NOT EXISTS", "MINUS"))
    graph = Graph().parse(data=f"@prefix : <{EX}> . :a :p :b .", format="turtle")
    assert (0, 1) == (len(graph.query(PREFIX + absence)), len(graph.query(PREFIX + wrong)))
    assert rewritten(PREFIX + absence) is None
    # ?m may be :p, which the second path, taken for itself, does not begin at.
    assert rewritten(PREFIX + "ASK { ?x ?v ?y FILTER EXISTS { ?v :p* ?m . ?m :q* ?z } }") is None
    # Here ?m is the object of a statement, and so a node.
    assert rewritten(PREFIX + "ASK { ?x a ?v FILTER EXISTS { ?x :p ?m . ?m :q* ?z } }") is not None


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_left_alone(case: str) -> None:
    """What is not covered, or would not gain, is asked as it is written."""
    assert rewritten(PREFIX + LEFT_ALONE[case]) is None


# What is asked where counting shows that it pays, of the graph in ``large``: 20 :k lead by :p to 400 :s, each of which
# leads by :q to one of ten :m; :m2 and :m3 lead to :m1 by :r, directly and in two steps; and five :s have a :t.
PAYING = {
    "a path of any length to a term": (
        "SELECT DISTINCT ?k { ?k :p/:q/:r* :m1 }",
        "SELECT DISTINCT ?k { ?hop3 :r* :m1 . LATERAL { ?hop2 :q ?hop3 } LATERAL { ?k :p ?hop2 } }",
        6,  # :m1, :m2 and :m3, each at every tenth :s, and so at two of the twenty :k
    ),
    "a path from a term, beside a class and a filter": (
        "SELECT ?s { ?s a :S FILTER(?m != :m9) ?m :r+ :m1 . ?s :q ?m OPTIONAL { ?s :t ?u } }",
        "SELECT ?s { ?m :r+ :m1 . LATERAL { ?s :q ?m } LATERAL { ?s a :S } FILTER(?m != :m9)  OPTIONAL { ?s :t ?u } }",
        80,  # forty :s at :m2, forty at :m3
    ),
    "the pattern that finds least first": (
        "SELECT ?s ?m { ?s :q ?m . ?s :t ?u }",
        "SELECT ?s ?m { ?s :t ?u . LATERAL { ?s :q ?m } }",
        5,
    ),
    "patterns that find as much as there are rows are read once": (
        "SELECT ?k (COUNT(?m) AS ?n) { ?k a :K ; :p ?s . ?s :q ?m } GROUP BY ?k",
        "SELECT ?k (COUNT(?m) AS ?n) { ?k a :K . ?k :p ?s . { SELECT * { ?s :q ?m } } } GROUP BY ?k",
        20,
    ),
    "in a subselect": (
        "SELECT * { { SELECT ?s { ?k :p ?s . ?s :q ?m } } ?s :t ?u }",
        "SELECT * { { SELECT ?s { ?k :p ?s . { SELECT * { ?s :q ?m } } } } ?s :t ?u }",
        5,
    ),
    "what is absent is little": (
        "SELECT ?s { ?s a :S FILTER NOT EXISTS { ?s :t ?u } } LIMIT 1000",
        None,  # the first rows only
        395,
    ),
    "what is absent is little, all rows": (
        "SELECT ?s { ?s a :S FILTER NOT EXISTS { ?s :t ?u } }",
        "SELECT ?s { ?s a :S FILTER(true)  MINUS { ?s :t ?u } }",
        395,
    ),
    "what is absent is a path to a term": (
        "SELECT ?s { ?s a :S FILTER NOT EXISTS { ?s :q/:r+ :m1 } }",
        "SELECT ?s { ?s a :S FILTER(true)  MINUS { ?hop2 :r+ :m1 . LATERAL { ?s :q ?hop2 } } }",
        320,  # all but those at :m2 and :m3
    ),
}
# What stays as it is written, however much were gained.
STAYING = {
    "the first rows": "SELECT ?s { ?s :q ?m . ?s :t ?u } LIMIT 9",
    "a sum, which may tell the order by its last digit": "SELECT (SUM(?u) AS ?n) { ?s :q ?m . ?s :t ?u }",
    "adjacent duplicates": "SELECT REDUCED ?s { ?s :q ?m . ?s :t ?u }",
    "all variables, where ours would be among them": "SELECT * { ?k :p/:q/:r* :m1 }",
    "all variables counted": "SELECT (COUNT(DISTINCT *) AS ?n) { ?k :p/:q/:r* :m1 }",
    "a description": "DESCRIBE ?s { ?s :q ?m . ?s :t ?u }",
    "any row": "ASK { ?s :q ?m . ?s :t ?u }",
    "values in the group": "SELECT ?s { VALUES ?m { :m1 } ?s :q ?m . ?s :t ?u }",
    "patterns after OPTIONAL": "SELECT ?s { ?s :q ?m . OPTIONAL { ?s :r ?u } ?s :t ?u }",
    "patterns after BIND": "SELECT ?s { ?s :q ?m . BIND(1 AS ?b) ?s :t ?u }",
    "a group that is looked up from outside": "SELECT ?s { ?k :p ?s OPTIONAL { ?s :q ?m . ?s :t ?u } }",
    "a named graph": "SELECT ?s { GRAPH ?g { ?s :q ?m . ?s :t ?u } }",
    "what falls apart": "SELECT ?s { ?s :q ?m . ?k :t ?u }",
    "a path with both ends open": "SELECT ?s { ?s :q ?m . ?m :r* ?n . ?s :t ?u }",
    "what is absent is an empty path from what comes with a value": "SELECT ?s { ?s :q ?m FILTER NOT EXISTS { ?m :r* :m1 } }",
    "a path that may be empty, from what need be no node": "SELECT ?k { ?k :p ?s . ?s :q ?m . ?m :r* :m1 . ?m :v? ?z }",
}


def large() -> Store:
    """Give the graph that is described above."""
    offers = " ".join(f":k{n % 20} :p :s{n} . :s{n} a :S ; :q :m{n % 10} ." for n in range(400))
    named = " ".join(f":k{n} a :K ." for n in range(20))
    return holding(f"{offers} {named} :m2 :r :m1 . :m3 :r :m2 . :s1 :t 1 . :s2 :t 1 . :s3 :t 1 . :s4 :t 1 . :s5 :t 1 .")


def counting(store: Store) -> Callable[[str], int]:
    """Count what a graph holds."""
    return lambda query: int(next(iter(store.query(query)))[0].value)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", PAYING)
def test_what_pays(case: str) -> None:
    """Where counting shows that another order or way pays, it is taken, and the rows are those that are worked out above."""
    written, asked, rows = PAYING[case]
    store = large()
    assert (asked and PREFIX + asked) == counted(PREFIX + written, counting(store))
    found = store.query(PREFIX + (asked or written))
    assert isinstance(found, QuerySolutions)
    assert rows == sum(1 for _ in found)
    assert answer(store, PREFIX + written) == answer(store, PREFIX + (asked or written))


@pytest.mark.parametrize("case", STAYING)
def test_what_stays(case: str) -> None:
    """What is not covered is asked as it is written, whatever is counted, and of the graph in which it would pay."""
    query = PREFIX + STAYING[case]
    for level in (400, 3_000):
        assert counted(query, lambda _, level=level: level) is None  # type: ignore[misc]
    assert counted(query, counting(large())) is None


def test_little_is_left_alone() -> None:
    """Where the graph is small nothing is gained: it is asked as it is written."""
    store = holding(":a a :K ; :p :b . :b :q :c .")
    for written, _, _ in PAYING.values():
        form = counted(PREFIX + written, counting(store))
        assert (form is None) == (rewritten(PREFIX + written) is None)
        assert form is None or "MINUS" not in form


def lying(chance: random.Random) -> Callable[[str], int]:
    """Count by chance: what a query means may not rest on how much there is."""
    level = chance.choice([400, 3_000])
    return lambda _: level if chance.random() < 0.7 else chance.choice([0, 0, 1, 40, 30_000, 150_000])


def compared_joined(first: int, count: int) -> Counter[str]:
    """Compare queries of joined patterns, as written and as they would be asked of a graph of any size."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + count):
        chance = random.Random(seed)
        store = Store()
        store.extend(quads(chance))
        query = Queries(chance).joined() if seed % 4 else Queries(chance).query()
        asked = counted(query, lying(chance))
        if asked is not None:
            assert answer(store, query) == answer(store, asked), f"{seed}: {query}\n{asked}"
            counts["LATERAL"] += "LATERAL" in asked
            counts["once"] += "{ SELECT * { ?" in asked and "{ SELECT * { ?" not in query
            counts["MINUS"] += "FILTER(true)" in asked
    return counts


def test_joined_patterns_mean_the_same_in_any_order() -> None:
    """Whatever is counted, the rows are the same and come as many times."""
    counts = compared_joined(0, 3 * A_QUICK_LOOK)
    assert min(counts["LATERAL"], counts["once"], counts["MINUS"]) > A_QUICK_LOOK // 20


@pytest.mark.long
def test_many_joined_patterns_mean_the_same() -> None:
    """The same, of many."""
    compared_joined(2_000_000, LONG)


def compared(first: int, count: int) -> Counter[str]:
    """Compare queries by chance, as written and rewritten, on graphs by chance; count what was rewritten, and how."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + count):
        chance = random.Random(seed)
        store = Store()
        store.extend(quads(chance))
        queries = Queries(chance)
        query = queries.through() if seed % 3 else queries.query()
        asked = rewritten(query)
        if asked is not None:
            assert answer(store, query) == answer(store, asked), f"{seed}: {query}\n{asked}"
            counts["LATERAL"] += "LATERAL" in asked
            counts["MINUS"] += "FILTER(true)" in asked
    return counts


def test_any_query_means_the_same() -> None:
    """Of queries by chance each answers the same rows, as many times, as written and rewritten."""
    counts = compared(0, A_QUICK_LOOK)
    # The generator makes what it is for: about half of the queries come to each form.
    assert min(counts["LATERAL"], counts["MINUS"]) > A_QUICK_LOOK // 8


@pytest.mark.long
def test_many_queries_mean_the_same() -> None:
    """The same, of many."""
    compared(1_000_000, LONG)


@pytest.mark.parametrize("count", [40, pytest.param(600, marks=pytest.mark.long)])
def test_another_implementation_agrees(count: int) -> None:
    """What rdflib answers to the query as written is what the engine answers to it rewritten."""
    for seed in range(count):
        chance = random.Random(seed)
        # rdflib names blank nodes anew.
        data = {quad for quad in quads(chance, graphs=False) if "_:" not in str(quad)}
        make = Queries(chance, plain=True)
        query = (make.query, make.through, make.joined)[seed % 3]()
        store = Store()
        store.extend(data)
        graph = Graph()
        graph.parse(data=store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"", format="nt")
        found = store.query(counted(query, lying(chance)) or query)
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        rows = Counter(tuple(sorted((n, row[n].value) for n in names if row[n] is not None)) for row in found)
        theirs = graph.query(query)
        assert rows == Counter(tuple(sorted((str(n), str(term)) for n, term in row.asdict().items())) for row in theirs)  # type: ignore[union-attr]


def asked(query: str, *, rewrite: bool = True) -> dict[str, Any]:
    """Ask a worker's code about a small graph; give the head of its reply."""
    request: dict[str, Any] = {
        "query": query,
        "format": "json",
        "default_graphs": None,
        "named_graphs": None,
        "rewrite": rewrite,
    }
    request |= {"merge": False, "most_bytes": 10_000, "most_rows": 100, "prefixes": {}}
    return worker.reply(holding(":a a :K ; :p :b . :b :q :c ."), request, io.BytesIO())


def test_worker_tells_that_it_rewrote() -> None:
    """The head of a reply says whether the engine was asked in another form; a setting has it asked as it was written."""
    query = PREFIX + FORMS["two patterns"][0]
    assert (True, True) == (asked(query)["ok"], asked(query)["rewritten"])
    assert (True, False) == (asked(query, rewrite=False)["ok"], asked(query, rewrite=False)["rewritten"])
    assert False is asked(PREFIX + LEFT_ALONE["one pattern"])["rewritten"]


def test_worker_counts_what_it_serves() -> None:
    """A worker asks its store whether another form pays; what is merged for one query is not counted."""
    store, query = large(), PREFIX + PAYING["the pattern that finds least first"][0]

    def told(**more: Any) -> dict[str, Any]:
        request: dict[str, Any] = {"query": query, "format": "json", "default_graphs": None, "named_graphs": None}
        request |= {"rewrite": True, "merge": False, "most_bytes": 10_000, "most_rows": 100, "prefixes": {}, **more}
        return worker.reply(store, request, io.BytesIO())

    head = told()
    assert (True, True, 5) == (head["ok"], head["rewritten"], head["rows"])
    head = told(rewrite=False)
    assert (True, False, 5) == (head["ok"], head["rewritten"], head["rows"])
    head = told(merge=True, default_graphs=[EX + "g1", EX + "g2"], named_graphs=[])
    assert (True, False, 0) == (head["ok"], head["rewritten"], head["rows"])


def test_errors_are_those_of_the_query_as_written() -> None:
    """What the engine refuses is refused at the place where it stands, whatever would have been asked."""
    # A variable that is neither grouped nor counted: the grammar allows it, the engine does not.
    query = PREFIX + "SELECT ?x (COUNT(?y) AS ?n)\n{ ?x a :K FILTER NOT EXISTS { ?x :p ?y . ?y :q ?z } }"
    assert rewritten(query) is not None
    plain = asked(query, rewrite=False)
    assert "syntax" == plain["error"]
    told = asked(query)
    assert (plain["message"], plain["line"], plain["column"]) == (told["message"], told["line"], told["column"])


def test_an_engine_without_lateral(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine does not read the other form, it is asked as the query was written."""
    monkeypatch.setattr(worker, "faster", lambda *given: given[1].replace("NOT EXISTS {", "NOT EXISTS { NEVER"))
    head = asked(PREFIX + FORMS["two patterns"][0])
    assert (True, False) == (head["ok"], head["rewritten"])


def test_asking_of_an_engine() -> None:
    """The other form is asked where there is one, after what was written is found right; the written one where the engine knows no LATERAL."""
    written, other = FORMS["two patterns"]
    plain = "SELECT * { ?x a :K }"

    def old(form: str) -> str:
        if "LATERAL" in form:
            raise SyntaxError(form)
        return form

    proven: list[str] = []
    assert (other, True) == ask(written, str, proven.append)
    assert [written] == proven
    assert (written, False) == ask(written, old)
    assert (plain, False) == ask(plain, str, proven.append)
    assert [written] == proven


class Listening(Memory):
    """A store of a build that keeps the forms that it is asked in."""

    def __init__(self) -> None:
        super().__init__([])
        self.forms: list[str] = []
        self._engine, self._store = self._store, self  # type: ignore[assignment]

    def query(self, form: str, **given: Any) -> Any:
        """Keep the form, and ask."""
        self.forms.append(form)
        return self._engine.query(form, **given)


def test_a_build_asks_so_too() -> None:
    """Checks of a build are asked in the same form: one took ever longer with the square of the statements as it is written."""
    prefix = "PREFIX : <http://example.org/>\n"
    written, other = FORMS["two patterns"]
    memory = Listening()
    assert [] == list(memory.select(prefix + written))
    assert [prefix + other] == memory.forms
