"""What can be wrong with an axiom: the texts, in Swedish and English, each with the rule that it breaks and how to mend it.

"Profiles" is OWL 2 Web Ontology Language Profiles (Second Edition), section 4 on OWL 2 RL; "Mapping" is OWL 2 Mapping to
RDF Graphs (Second Edition); "Syntax" is the structural specification.
"""

from __future__ import annotations

from dataclasses import dataclass

from kunskapsgraf.graph.rdf import Triple


@dataclass(frozen=True)
class Kind:
    """One kind of fault; in the texts ``{name}`` stands for what the case is about."""

    rule: str
    sv: str
    en: str
    mend_sv: str
    mend_en: str


@dataclass(frozen=True)
class Problem:
    """A statement that no rule reads as it is meant: which, the kind of its fault, and the name that the texts take."""

    triple: Triple
    code: str
    name: str = ""

    def told(self, language: str) -> str:
        """Say what is wrong, which rule it breaks and how to mend it."""
        kind = KINDS[self.code]
        what, mend = (kind.en, kind.mend_en) if language == "en" else (kind.sv, kind.mend_sv)
        return f"{what} ({kind.rule}). {mend}".replace("{name}", self.name)


_SPARQL = ("Gör det till en SPARQL-regel i queries/rules/.", "Make it a SPARQL rule in queries/rules/.")
_SHAPE = ("Gör villkoret till en form i shapes/.", "Make the condition a shape in shapes/.")
_LIST = ("Skriv listan som ( a b c ).", "Write the list as ( a b c ).")
_ONE = ("Dela upp den i en anonym nod för varje del.", "Split it into one anonymous node for each part.")
_CLASSES = "Profiles 4.2.3"
_AXIOMS = "Profiles 4.2.5"

KINDS: dict[str, Kind] = {
    # ---- a literal where a thing must be, and the other way round
    "literal": Kind("Mapping 3", "{name} kräver ett ting men har en literal", "{name} needs a thing but has a literal",
        "Skriv tingets IRI, utan citattecken.", "Write the IRI of the thing, without quotes."),
    "not-a-literal": Kind("Mapping 3", "{name} kräver en literal men har ett ting", "{name} needs a literal but has a thing",
        "Skriv värdet inom citattecken.", "Write the value in quotes."),
    "object-property-literal": Kind("Syntax 5.3", "{name} är en owl:ObjectProperty men har en literal", "{name} is an owl:ObjectProperty but has a literal",
        "Skriv tingets IRI, eller använd en egenskap för texter.", "Write the IRI of the thing, or use a property for texts."),
    "data-property-thing": Kind("Syntax 5.4", "{name} är en owl:DatatypeProperty men har ett ting", "{name} is an owl:DatatypeProperty but has a thing",
        "Skriv värdet inom citattecken, eller använd en egenskap för ting.", "Write the value in quotes, or use a property for things."),
    # ---- lists
    "list-first": Kind("Mapping 3.1", "listan har en plats utan rdf:first", "the list has a place without rdf:first", *_LIST),
    "list-firsts": Kind("Mapping 3.1", "listan har en plats med flera rdf:first", "the list has a place with several rdf:first", *_LIST),
    "list-rest": Kind("Mapping 3.1", "listan slutar inte med rdf:nil", "the list does not end in rdf:nil", *_LIST),
    "list-rests": Kind("Mapping 3.1", "listan har en plats med flera rdf:rest", "the list has a place with several rdf:rest", *_LIST),
    "list-circle": Kind("Mapping 3.1", "listan går i cirkel", "the list runs in a circle", *_LIST),
    "list-empty": Kind("Syntax 8-9", "{name} har en tom lista", "{name} has an empty list", "Lägg till medlemmar, eller ta bort axiomet.", "Add members, or remove the axiom."),
    "list-short": Kind("Syntax 8-9", "{name} behöver minst två medlemmar", "{name} needs at least two members", "Lägg till en medlem, eller ta bort axiomet.", "Add a member, or remove the axiom."),
    "chain-short": Kind("Syntax 9.2.1", "en kedja har minst två steg", "a chain has at least two steps", "Skriv rdfs:subPropertyOf för ett steg.", "Write rdfs:subPropertyOf for one step."),
    # ---- expressions
    "restriction-property": Kind("Mapping 3.2.4", "villkoret saknar owl:onProperty", "the restriction has no owl:onProperty", "Skriv vilken egenskap det gäller.", "Write which property it is on."),
    "restriction-properties": Kind("Mapping 3.2.4", "villkoret har flera owl:onProperty", "the restriction has several owl:onProperty", *_ONE),
    "restriction-value": Kind("Mapping 3.2.4", "villkoret säger inget om egenskapen", "the restriction says nothing of the property",
        "Skriv owl:someValuesFrom, owl:allValuesFrom, owl:hasValue eller owl:maxCardinality.", "Write owl:someValuesFrom, owl:allValuesFrom, owl:hasValue or owl:maxCardinality."),
    "qualified-class": Kind("Mapping 3.2.4", "villkoret saknar owl:onClass", "the restriction has no owl:onClass", "Skriv vilken klass det gäller.", "Write which class it is on."),
    "several": Kind("Mapping 3.2.4", "en anonym klass har flera definitioner ({name})", "an anonymous class has several definitions ({name})", *_ONE),
    "undefined-class": Kind("Mapping 3.2.4", "en anonym klass saknar definition", "an anonymous class has no definition", "Skriv klassens IRI eller dess uttryck.", "Write the IRI of the class, or its expression."),
    "circle": Kind("Mapping 3.2.4", "en anonym klass är en del av sig själv", "an anonymous class is a part of itself", "Ge klassen ett namn, eller bryt cirkeln.", "Give the class a name, or break the circle."),
    "undefined-property": Kind("Profiles 4.2.1", "en anonym egenskap måste vara owl:inverseOf precis en namngiven", "an anonymous property must be owl:inverseOf exactly one that is named",
        "Skriv [ owl:inverseOf egenskapen ].", "Write [ owl:inverseOf the property ]."),
    # ---- axioms in parts
    "members": Kind("Mapping 3.2.5", "{name} står på något som inte är owl:AllDisjointClasses, owl:AllDisjointProperties eller owl:AllDifferent",
        "{name} stands on what is not owl:AllDisjointClasses, owl:AllDisjointProperties or owl:AllDifferent", "Skriv vad listan är.", "Write what the list is."),
    "no-members": Kind("Mapping 3.2.5", "{name} saknar owl:members", "{name} has no owl:members", "Skriv owl:members ( a b ).", "Write owl:members ( a b )."),
    "negative": Kind("Mapping 3.2.5", "en negativ sats behöver precis en owl:sourceIndividual, en owl:assertionProperty och ett mål",
        "a negative assertion needs exactly one owl:sourceIndividual, one owl:assertionProperty and one target",
        "Skriv alla tre; målet är owl:targetIndividual eller owl:targetValue.", "Write all three; the target is owl:targetIndividual or owl:targetValue."),
    "class-and-datatype": Kind("Syntax 5.8.1", "{name} är både klass och datatyp", "{name} is both a class and a datatype", "Ta bort det ena.", "Remove one of them."),
    "both-properties": Kind("Syntax 5.8.1", "{name} är både owl:ObjectProperty och owl:DatatypeProperty", "{name} is both owl:ObjectProperty and owl:DatatypeProperty", "Ta bort det ena.", "Remove one of them."),
    "unknown": Kind("Syntax 2.4", "{name} är ingen term i OWL 2, RDFS eller RDF", "{name} is no term of OWL 2, RDFS or RDF", "Kontrollera stavningen.", "Check the spelling."),
    "imports": Kind("Syntax 3.4", "owl:imports hämtar inget här", "owl:imports fetches nothing here", "Lägg den ontologins fil i ontology/.", "Put the file of that ontology in ontology/."),
    # ---- class expressions outside the profile
    "minimum": Kind(_CLASSES, "OWL 2 RL saknar {name}", "OWL 2 RL has no {name}",
        "Skriv owl:someValuesFrom i en underklass, eller gör villkoret till en form i shapes/ (sh:minCount).",
        "Write owl:someValuesFrom in a subclass, or make the condition a shape in shapes/ (sh:minCount)."),
    "exact": Kind(_CLASSES, "OWL 2 RL saknar {name}", "OWL 2 RL has no {name}",
        "Skriv owl:maxCardinality 1, och det minsta antalet som en form i shapes/ (sh:minCount).", "Write owl:maxCardinality 1, and the least number as a shape in shapes/ (sh:minCount)."),
    "no-class": Kind(_CLASSES, "OWL 2 RL saknar {name}", "OWL 2 RL has no {name}", *_SPARQL),
    "maximum": Kind(_CLASSES, "{name} får bara vara 0 eller 1", "{name} may only be 0 or 1",
        "Gör villkoret till en form i shapes/ (sh:maxCount).", "Make the condition a shape in shapes/ (sh:maxCount)."),
    "on-data-range": Kind("Profiles 4.3, table 6", "ingen regel läser {name}", "no rule reads {name}", "Skriv owl:maxCardinality utan owl:onDataRange, eller en form i shapes/.", "Write owl:maxCardinality without owl:onDataRange, or a shape in shapes/."),
    "superclass": Kind(f"{_CLASSES}, superClassExpression", "{name} får inte stå som överklass", "{name} may not stand as a superclass",
        "Skriv en namngiven överklass, eller gör villkoret till en form i shapes/.", "Write a superclass with a name, or make the condition a shape in shapes/."),
    "subclass": Kind(f"{_CLASSES}, subClassExpression", "{name} får inte stå som underklass", "{name} may not stand as a subclass", *_SPARQL),
    "equivalent": Kind(f"{_CLASSES}, equivClassExpression", "{name} får inte stå i en likhet", "{name} may not stand in an equivalence",
        "Skriv rdfs:subClassOf åt det håll som uttrycket tillåter.", "Write rdfs:subClassOf in the direction that the expression allows."),
    "thing": Kind(f"{_CLASSES}, subClassExpression", "owl:Thing får inte stå som underklass eller i en likhet", "owl:Thing may not stand as a subclass or in an equivalence",
        "Skriv den klass som är menad.", "Write the class that is meant."),
    # ---- data ranges and datatypes
    "datatype": Kind("Profiles 4.2.2", "{name} är ingen datatyp som stöds", "{name} is no datatype that is supported",
        "Skriv en av datatyperna i Profiles 4.2.2, såsom xsd:decimal eller xsd:string.", "Write one of the datatypes of Profiles 4.2.2, such as xsd:decimal or xsd:string."),
    "data-range": Kind("Profiles 4.2.4", "OWL 2 RL saknar {name} för datatyper", "OWL 2 RL has no {name} of datatypes", *_SHAPE),
    "undeclared-range": Kind("Mapping 3.2.3", "en anonym datatyp måste vara en rdfs:Datatype", "an anonymous datatype must be an rdfs:Datatype", "Skriv [ a rdfs:Datatype ; owl:intersectionOf ( … ) ].", "Write [ a rdfs:Datatype ; owl:intersectionOf ( … ) ]."),
    "datatype-definition": Kind("Profiles 4.2.5, DatatypeDefinition", "ingen regel läser definitionen av en datatyp", "no rule reads the definition of a datatype",
        "Skriv den datatyp som den är definierad med.", "Write the datatype that it is defined by."),
    "data-for-object": Kind("Syntax 9.2", "{name} är en owl:ObjectProperty men får en datatyp", "{name} is an owl:ObjectProperty but is given a datatype", "Skriv en klass, eller gör den till en owl:DatatypeProperty.", "Write a class, or make it an owl:DatatypeProperty."),
    # ---- axioms outside the profile
    "disjoint-union": Kind(_AXIOMS, "OWL 2 RL saknar owl:disjointUnionOf", "OWL 2 RL has no owl:disjointUnionOf",
        "Skriv rdfs:subClassOf för varje del, och owl:AllDisjointClasses.", "Write rdfs:subClassOf for each part, and owl:AllDisjointClasses."),
    "reflexive": Kind(_AXIOMS, "OWL 2 RL saknar owl:ReflexiveProperty", "OWL 2 RL has no owl:ReflexiveProperty", *_SPARQL),
    "predefined": Kind("Profiles 4.2.1", "OWL 2 RL saknar {name}", "OWL 2 RL has no {name}", "Ta bort axiomet, eller skriv en egen egenskap.", "Remove the axiom, or write a property of your own."),
    "of-data": Kind("Syntax 9.3", "{name} gäller bara egenskaper mellan ting, inte en owl:DatatypeProperty", "{name} is for properties between things, not for an owl:DatatypeProperty", *_SPARQL),
    # ---- what absence concludes
    "reads-closed": Kind("docs/reasoning.md", "axiomet läser {name}, som sluts av frånvaro; OWL läser aldrig det, så inget följer", "the axiom reads {name}, which is concluded from absence; OWL never reads that, so nothing follows",
        "Ta bort axiomet, eller låt frågan i queries/closed/ själv fråga efter det som skulle följa.", "Remove the axiom, or let the query in queries/closed/ itself ask for what would follow."),
}  # fmt: skip
"""Each kind of fault by its code."""
