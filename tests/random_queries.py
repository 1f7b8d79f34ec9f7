"""Small graphs and queries by chance: groups with EXISTS and NOT EXISTS, within and around what the rewriting covers."""

from __future__ import annotations

import random

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}>\n"
Term = NamedNode | BlankNode | Literal
_NAMES = [NamedNode(EX + name) for name in "abcd"]
_VERBS = [NamedNode(EX + name) for name in "pqr"]
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_NUMBER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_SUBJECTS: list[NamedNode | BlankNode] = [*_NAMES, *_NAMES, BlankNode("n")]
_OBJECTS: list[Term] = [*_SUBJECTS, Literal("1", datatype=_NUMBER), Literal("x")]
_GRAPHS: list[NamedNode | DefaultGraph] = [DefaultGraph(), NamedNode(EX + "g1"), NamedNode(EX + "g2")]


def quads(chance: random.Random, *, graphs: bool = True) -> set[Quad]:
    """Give some statements, in the default graph and in two named ones."""
    found = set()
    for _ in range(chance.randint(3, 16)):
        subject = chance.choice(_SUBJECTS)
        verb = chance.choice([*_VERBS, *_VERBS, _TYPE])
        target = chance.choice(_OBJECTS)
        graph = chance.choice(_GRAPHS if graphs else _GRAPHS[:1])
        found.add(Quad(subject, verb, target, graph))
    return found


class Queries:
    """A maker of queries; ``plain`` ones use only what rdflib, too, does by the letter."""

    def __init__(self, chance: random.Random, *, plain: bool = False) -> None:
        self._chance = chance
        self._plain = plain
        self._labels = 0

    def query(self) -> str:
        """Give a query."""
        chance = self._chance
        where = self._group(self._outer(), 2, is_outer=True)
        if self._plain or chance.random() < 0.7:
            return f"{PREFIX}SELECT * WHERE {where}"
        return PREFIX + chance.choice(
            [
                f"SELECT (COUNT(*) AS ?n) WHERE {where}",
                f"SELECT DISTINCT ?x ?y WHERE {where}",
                f"SELECT ?x (COUNT(?y) AS ?n) WHERE {where} GROUP BY ?x",
                f"SELECT ?x (EXISTS {self._group(self._inner(), 1)} AS ?e) WHERE {where}",
                f"SELECT ?x WHERE {where} VALUES ?x {{ :a :b UNDEF }}",
                f"ASK {where}",
                f"CONSTRUCT {{ ?x :p ?y }} WHERE {where}",
                f"SELECT * WHERE {{ {{ SELECT ?x ?y WHERE {where} }} ?x ?w ?z }}",
            ]
        )

    def through(self) -> str:
        """Give a query of a group that goes through the whole graph, of whose rows some are to have nothing."""
        chance = self._chance
        absences = []
        for _ in range(chance.choice([1, 1, 2])):
            inner = " . ".join(self._triple() for _ in range(chance.randint(1, 2)))
            more = chance.choice(
                ["", "", "", "FILTER(?w != :a)", "FILTER(?y != ?w)", "FILTER(?z = :b)", "OPTIONAL { ?x :p ?z }"]
            )
            absences.append(f"FILTER NOT EXISTS {{ {inner} {more} }}")
        beside = chance.choice(["", "", "", "OPTIONAL { ?x :q ?z }", "OPTIONAL { ?y :p ?w }", "MINUS { ?x :r ?w }"])
        parts = [*absences, beside]
        chance.shuffle(parts)
        whole = chance.choice(["?x a ?y .", "?x ?v ?y .", "?x a ?y . ?y ?v ?u ."])
        return f"{PREFIX}SELECT {chance.choice(['*', '?x', 'DISTINCT ?x ?y'])} WHERE {{ {whole} {' '.join(parts)} }}"

    def joined(self) -> str:
        """Give a query of patterns that are joined, some of them paths of any length to or from a term."""
        chance = self._chance
        patterns = [self._link() for _ in range(chance.randint(2, 4))]
        more = ["", "", "", "FILTER(?x != ?y)", "FILTER(ISIRI(?z))", *["FILTER NOT EXISTS { ?x :r ?w }"] * 3]
        more += ["FILTER NOT EXISTS { ?x :q ?w . ?w :p+ :b }", "FILTER NOT EXISTS { ?y :p ?w . ?w :r ?u }"]
        if not self._plain:
            more += [
                "OPTIONAL { ?x :q ?w }",
                "OPTIONAL { ?x :q ?z }",
                "MINUS { ?y :r ?w }",
                "BIND(STR(?x) AS ?b)",
                "VALUES ?y { :a :b }",
            ]
        parts = [f"{pattern} ." for pattern in patterns]
        parts.insert(chance.randint(0, len(parts)), chance.choice(more))
        where = "{ " + " ".join(parts) + " }"
        shown = chance.choice(["*", "?x", "?x ?y ?z", "DISTINCT ?x", "DISTINCT ?y ?z"])
        if self._plain:  # rdflib gives no row of DISTINCT where nothing that is shown has a value
            return f"{PREFIX}SELECT {chance.choice(['*', '?x ?y ?z', 'DISTINCT ?x ?y ?z'])} WHERE {where}"
        if chance.random() < 0.6:
            return f"{PREFIX}SELECT {shown} WHERE {where}"
        return PREFIX + chance.choice(
            [
                f"SELECT ?x (COUNT(?y) AS ?n) (COUNT(DISTINCT ?z) AS ?m) WHERE {where} GROUP BY ?x",
                f"SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT *) AS ?m) WHERE {where}",
                f"SELECT * WHERE {{ {{ SELECT {shown} WHERE {where} }} ?x ?w ?u }}",
                f"CONSTRUCT {{ ?x :p ?y }} WHERE {where}",
                f"SELECT ?x WHERE {where} VALUES ?x {{ :a :b UNDEF }}",
            ]
        )

    def _link(self) -> str:
        chance = self._chance
        subject, target = chance.sample(["?x", "?y", "?z"], 2)
        if chance.random() < 0.35:
            paths = [":p+", "(:p|:q)+", "^:q+"]
            if not self._plain:  # the engine finds no empty path from a term that is not in the graph
                paths += [":p*", ":q*", "^:q*", ":r/:p*", "(:p/:q)*", ":p?"]
            path = chance.choice(paths)
            ends = [(subject, ":b"), (":a", target), (subject, ":nowhere"), (subject, target)]
            subject, target = chance.choice(ends)
            return f"{subject} {path} {target}"
        return (
            f"{subject} {chance.choice([':p', ':q', ':r', '?v', ':p/:q', '^:p', ':p', ':q'])} {target}"
            if (chance.random() < 0.8)
            else f"{subject} a {chance.choice([':a', ':b', '?w'])}"
        )

    def _outer(self) -> list[str]:
        if self._chance.random() < 0.5:
            return [self._triple(wide=True)]
        return [self._triple() for _ in range(self._chance.randint(1, 2))]

    def _inner(self) -> list[str]:
        return [self._triple() for _ in range(self._chance.randint(1, 3))]

    def _group(self, triples: list[str], depth: int, *, is_outer: bool = False) -> str:
        chance = self._chance
        parts = [f"{triple} ." for triple in triples]
        more = chance.choice([0, 0, 1, 1, 2]) if depth else 0
        parts += [self._part(depth - 1) for _ in range(more)]
        if is_outer:
            parts += [self._absence(depth) for _ in range(chance.choice([1, 1, 2]))]
        if not is_outer or chance.random() < 0.3:
            chance.shuffle(parts)
        return "{ " + " ".join(parts) + " }"

    def _absence(self, depth: int) -> str:
        chance = self._chance
        group = self._group(self._inner(), depth - 1)
        forms = ["FILTER NOT EXISTS {}", "FILTER NOT EXISTS {}", "FILTER EXISTS {}", "FILTER(NOT EXISTS {})"]
        if not self._plain:
            forms += ["FILTER(!EXISTS {})", "FILTER(BOUND(?z) || NOT EXISTS {})", "BIND(EXISTS {} AS ?e)"]
        return chance.choice(forms).replace("{}", group).replace("?e)", f"?e{self._label()})")

    def _part(self, depth: int) -> str:
        chance = self._chance
        kinds = ["FILTER", "UNION", "OPTIONAL"] + (
            [] if self._plain else ["MINUS", "BIND", "VALUES", "GRAPH", "SELECT", "EXISTS", "EXISTS"]
        )
        match chance.choice(kinds):
            case "FILTER":
                return (
                    f"FILTER({chance.choice(['?x != ?y', '?y = ?z', 'BOUND(?z)', 'ISIRI(?y)', '?x = :a', '?z < 2'])})"
                )
            case "UNION":
                return f"{self._group(self._inner(), depth)} UNION {self._group(self._inner(), depth)}"
            case "OPTIONAL":
                return f"OPTIONAL {self._group(self._inner(), depth)}"
            case "MINUS":
                return f"MINUS {self._group(self._inner(), depth)}"
            case "BIND":
                return f"BIND({chance.choice(['?x', ':a', '7', '?y'])} AS ?b{self._label()})"
            case "VALUES":
                return chance.choice(
                    ["VALUES ?y { :a :b UNDEF }", "VALUES (?x ?z) { (:a :b) (UNDEF 1) (:nowhere :b) }"]
                )
            case "GRAPH":
                return f"GRAPH {chance.choice([':g1', '?g'])} {self._group(self._inner(), depth)}"
            case "SELECT":
                return f"{{ SELECT {chance.choice(['?x', '?x ?y', '*'])} WHERE {self._group(self._inner(), depth)} }}"
            case _:
                return self._absence(max(depth, 1))

    def _label(self) -> int:
        self._labels += 1
        return self._labels

    def _triple(self, *, wide: bool = False) -> str:
        chance = self._chance
        if wide:
            return chance.choice(["?x a ?y", "?x ?v ?y", "?x a ?y . ?x ?v ?z"])
        return f"{self._end()} {self._verb()} {self._end(literals=True)}"

    def _end(self, *, literals: bool = False) -> str:
        chance = self._chance
        others = [":a", ":b", ":nowhere"] + (["1"] if literals else [])
        if not self._plain:
            others += [f"_:l{self._label()}", "[]", f"[ {self._verb()} {chance.choice(['?y', '?w', ':a'])} ]"]
        return chance.choice(others) if chance.random() < 0.2 else chance.choice(["?x", "?x", "?y", "?y", "?z", "?w"])

    def _verb(self) -> str:
        chance = self._chance
        if chance.random() < 0.65:
            return chance.choice([":p", ":q", ":r", "a", ":p"])
        paths = [":p/:q", "^:p", ":p/^:q"]
        if not self._plain:
            paths += [
                "?v",
                ":p*",
                ":p/:q*",
                ":p?/:q",
                ":p*/:q*",
                "(:p|:q)*",
                ":p+",
                "(:p/:q)",
                "!:p",
                ":p|:q",
                "^:p/(:q?|:r)",
                "(:p*)+",
            ]
        return chance.choice(paths)
