"""The reasoners that are compared, each behind the same few methods, and which rules each says it has."""

from __future__ import annotations

import importlib
import shutil
import statistics
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from bench import nemo_rules

THING = "<https://w3id.org/kunskapsgraf/id/"
"""How each IRI of a thing of ours begins."""
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
OWL = "<http://www.w3.org/2002/07/owl#"
_SUB_PROPERTY = "<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"


class Reasoner:
    """A reasoner on two N-Triples files: ``load``, then ``reason``, then ``closure``.

    What it times itself goes into ``extra``, as seconds by name. Of these "compile" is a part of ``load``, and is taken
    out of it. One that hands what it inferred to Python in a step apart from reasoning sets ``hands_over``.
    """

    package = ""
    module = ""
    hands_over = False

    def __init__(self, ontology: Path, data: Path) -> None:
        self.ontology, self.data = ontology, data
        self.extra: dict[str, float] = {}

    def load(self) -> None:
        """Read the files, as far as the peer lets that be told from reasoning."""
        raise NotImplementedError

    def reason(self) -> None:
        """Infer everything, in memory."""
        raise NotImplementedError

    def handover(self) -> None:
        """Hand what was inferred to Python as terms, where ``reason`` has not done so."""
        raise NotImplementedError

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give what the peer holds afterwards, at least all that was inferred; with or without what was read."""
        raise NotImplementedError


class Ours(Reasoner):
    """The reasoner of this project."""

    package = "kunskapsgraf"
    module = "kunskapsgraf.reasoner.infer"
    hands_over = True

    def load(self) -> None:
        """Parse both files, give each term a number, and compile the ontology, which is timed apart."""
        self._inference = importlib.import_module(self.module).Inference(self._triples())
        began = time.perf_counter()
        self._inference.compile()
        self.extra["compile"] = time.perf_counter() - began

    def _triples(self) -> Iterator[object]:
        from pyoxigraph import RdfFormat, parse  # noqa: PLC0415

        for path in (self.ontology, self.data):
            yield from (quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES))

    def reason(self) -> None:
        """Run the rules, and those that find contradictions."""
        self._inference.run()

    def handover(self) -> None:
        """Make statements of the numbers."""
        self._found = self._inference.conclusions()

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give what was inferred."""
        return ((str(t.subject), str(t.predicate), str(t.object)) for t in self._found)


class OwlRl(Reasoner):
    """The reference in Python: every rule of the tables, by brute force."""

    package = "owlrl"
    module = "owlrl"

    def load(self) -> None:
        """Parse both files into one rdflib graph."""
        import rdflib  # noqa: PLC0415 - each peer imports its own

        owlrl = importlib.import_module(self.module)
        self._graph = rdflib.Graph()
        self._graph.parse(self.ontology, format="nt")
        self._graph.parse(self.data, format="nt")
        self._semantics = owlrl.OWLRL_Semantics(self._graph, axioms=False, daxioms=False)

    def reason(self) -> None:
        """Close the graph."""
        self._semantics.closure()

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give the whole graph."""
        return ((s.n3(), p.n3(), o.n3()) for s, p, o in self._graph if not _is_literal(s))


class Reasonable(Reasoner):
    """The reasoner in Rust with 29 of the 70 non-axiomatic rules."""

    package = "reasonable"
    module = "reasonable"

    def load(self) -> None:
        """Parse both files; the suffix must be .ttl, of which N-Triples is a part."""
        self._reasoner = importlib.import_module(self.module).PyReasoner()
        for path in (self.ontology, self.data):
            turtle = path.with_suffix(".ttl")
            if not turtle.exists():
                turtle.symlink_to(path.name)
            self._reasoner.load_file(str(turtle))

    def reason(self) -> None:
        """Reason, and hand every triple over as rdflib terms, which this peer does in the same call."""
        self._found = self._reasoner.reason()

    def again(self) -> None:
        """Reason again, when nothing is left to infer: what that takes is the handing over, more or less."""
        times = []
        for _ in range(3):
            began = time.perf_counter()
            self._reasoner.reason()
            times.append(time.perf_counter() - began)
        self.extra["handover"] = statistics.median(times)

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give all triples."""
        return ((s.n3(), p.n3(), o.n3()) for s, p, o in self._found if not _is_literal(s))


class Nemo(Reasoner):
    """The rule engine, with our own rules for it."""

    package = "nemo-python"
    module = "nmo_python"

    def __init__(self, ontology: Path, data: Path, rules: Collection[str] = frozenset(nemo_rules.RULES)) -> None:
        super().__init__(ontology, data)
        self._rules = rules

    def load(self) -> None:
        """Read the files with a program that does nothing else: the engine reads them again as it reasons."""
        self._nemo = importlib.import_module(self.module)
        text = nemo_rules.loading(self.ontology, self.data)
        self._nemo.NemoEngine(self._nemo.load_string(text)).reason()

    def reason(self) -> None:
        """Read and reason; ``measure`` takes the time of reading away."""
        text = nemo_rules.program(self.ontology, self.data, self._rules)
        self._engine = self._nemo.NemoEngine(self._nemo.load_string(text))
        self._engine.reason()

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give types, and the statements of properties that an axiom can start from."""
        if next(iter(self._engine.result("clash")), None) is not None:
            raise RuntimeError("the data contradict the ontology")
        for thing, class_ in self._engine.result("type"):
            if isinstance(thing, str) and isinstance(class_, str):
                yield thing, _TYPE, class_
        for subject, predicate, target in self._engine.result("rel"):
            if isinstance(subject, str) and isinstance(target, str):
                yield subject, predicate, target


class Sparq(Reasoner):
    """The RDF engine in Rust with OWL 2 RL materialisation."""

    package = "sparq-rdf"
    module = "sparq"

    def load(self) -> None:
        """Parse both files, from one text, since a graph is loaded from one."""
        both = self.data.with_suffix(f".{type(self).__name__}.nt")
        with both.open("w", encoding="utf-8") as file:
            file.write(self.schema())
            with self.data.open(encoding="utf-8") as data:
                shutil.copyfileobj(data, file)
        began = time.perf_counter()
        self._graph = importlib.import_module(self.module).Graph.load(both, format="ntriples")
        self.extra["load"] = time.perf_counter() - began
        both.unlink()

    def schema(self) -> str:
        """Give the ontology as it is."""
        return self.ontology.read_text(encoding="utf-8")

    def reason(self) -> None:
        """Materialise."""
        self._graph.reason("owl")

    def closure(self) -> Iterable[tuple[str, str, str]]:
        """Give what is said of our things."""
        query = f'SELECT ?s ?p ?o {{ ?s ?p ?o FILTER(ISIRI(?o) && STRSTARTS(STR(?s), "{THING[1:]}")) }}'
        for row in self._graph.query(query):
            yield f"<{row['s'].value}>", f"<{row['p'].value}>", f"<{row['o'].value}>"


class SparqSplit(Sparq):
    """The same, with the ontology rewritten so that it does the same work as the others.

    Version 0.1.6 uses one ``owl:propertyChainAxiom`` of a property and drops its others. Here each further one is given
    to a sub-property of its own, which is the same to the rules and to this engine too.
    """

    def schema(self) -> str:
        """Give each property at most one chain."""
        seen: set[str] = set()
        lines = []
        for line in super().schema().splitlines():
            property_, _, rest = line.partition(" ")
            if not rest.startswith(f"{OWL}propertyChainAxiom>"):
                lines.append(line)
            elif property_ not in seen:
                seen.add(property_)
                lines.append(line)
            else:
                helper = f"<urn:bench:chain:{len(lines)}>"
                lines += [f"{helper} {rest}", f"{helper} {_SUB_PROPERTY} {property_} ."]
        return "\n".join(lines) + "\n"


def _is_literal(term: object) -> bool:
    return type(term).__name__ == "Literal"


REASONERS: dict[str, type[Reasoner]] = {
    "ours": Ours,
    "owlrl": OwlRl,
    "reasonable": Reasonable,
    "nemo": Nemo,
    "sparq-rdf": Sparq,
    "sparq-rdf-split": SparqSplit,
}
CLAIMS: dict[str, frozenset[str]] = {
    "ours": frozenset(nemo_rules.RULES),
    "owlrl": frozenset(nemo_rules.RULES),
    "nemo": frozenset(nemo_rules.RULES),
    # By its own table: no property chains, no enumerations, no cardinalities.
    "reasonable": frozenset(nemo_rules.RULES) - {"prp-spo2", "cls-oo", "cls-maxc1"},
    "sparq-rdf": frozenset(nemo_rules.RULES),
    "sparq-rdf-split": frozenset(nemo_rules.RULES),
}
"""Which of the rules that matter here each peer says that it has."""
