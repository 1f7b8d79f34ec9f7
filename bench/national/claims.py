"""What a source claims of services and methods, in its own words, as evidence or advice, and what supports it."""

from __future__ import annotations

from bench.national.rates import RATES
from bench.national.terms import A, kg, number, thing
from bench.national.vocabulary import CONCEPTS, METHODS, method_slug
from bench.national.writer import Writer

EVIDENCE = (
    ("GranskadUtsaga", "positiv-effekt"),
    ("PastaendeUtanKalla", "pastadd"),
    ("Studieutsaga", "blandat"),
    ("LokalUppfoljning", "lokal-uppfoljning"),
    ("GranskadUtsaga", "otillrackligt"),
    ("Praktikerutsaga", "pastadd"),
)
OWN_WORDS = ("Iakttagelse", "Forutsattning", "Definition", "Forslag", "Onskemal", "Tendens", "Stolthet")
SUPPORTED = (
    ("tjanstetyp", "tjanstetyp"),
    ("behov", "motBehov"),
    ("form", "form"),
    ("regi", "regi"),
    ("status", "status"),
)
OF_KOMMUN = {"Onskemal": "onskar", "Tendens": "harTendens", "Stolthet": "harStolthet"}


def add_words(writer: Writer, service: str, kommun: str) -> None:
    """Say of a service and its kommun what the source says in words of its own."""
    for class_ in OWN_WORDS:
        for _ in range(writer.times(RATES[class_])):
            words = writer.new("uttalande", class_)
            writer.say(words, kg("avser"), service, kommun)
            writer.say(words, kg("omrade"), *writer.some("begrepp"))
            if class_ in OF_KOMMUN:
                writer.say(kommun, kg(OF_KOMMUN[class_]), words)
                writer.say(words, kg("ordning"), number(writer.below(9) + 1))
            if class_ == "Definition":
                writer.say(words, kg("definierar"), *writer.some("begrepp"))
                writer.say(words, kg("uttryck"), f'"{writer.words(2)}"@sv')
            if class_ == "Iakttagelse" and writer.random() < 0.3:
                writer.say(words, kg("iakttagelsetyp"), *writer.some("iakttagelsetyp"))
                writer.say(words, kg("uttryck"), f'"{writer.words(3)}"@sv')
    for _ in range(writer.times(RATES["Begrepp"])):
        writer.new("begrepp", "Begrepp", concept=True)


def _next_method(writer: Writer, kind: str) -> int:
    """Take turns among the methods, in steps that meet all levels and kinds of evidence early."""
    return writer.next_turn(kind) * 7 % METHODS


def add_evidence(writer: Writer, service: str, index: int) -> None:
    """Say what evidence and recommendations there are for a method: each has its own kinds and level."""
    if writer.random() < RATES["Evidensutsaga"]:
        turn = _next_method(writer, "evidens")
        method = thing("metod", method_slug(turn))
        class_, judgement = EVIDENCE[(turn if writer.random() < 0.7 else turn // len(EVIDENCE)) % len(EVIDENCE)]
        claim = writer.new("evidens", class_)
        writer.say(claim, kg("avser"), method)
        writer.say(method, kg("harEvidensutsaga"), claim)
        writer.say(claim, kg("bedomning"), thing("bedomning", judgement))
        writer.say(claim, kg("avserUtfall"), *writer.some("utfall"))
        if class_ == "LokalUppfoljning":
            writer.say(claim, kg("underlag"), f'"{writer.words(4)}"@sv')
    if writer.random() < RATES["Rekommendation"]:
        levels = CONCEPTS["rekniva"][1]
        turn = _next_method(writer, "rekommendation")
        method = thing("metod", method_slug(turn))
        advice = writer.new("rekommendation", "Rekommendation")
        writer.say(advice, kg("avser"), method)
        writer.say(method, kg("harRekommendation"), advice)
        writer.say(advice, kg("rekNiva"), thing("rekniva", levels[turn % len(levels)]))
        writer.say(advice, kg("tillstand"), *writer.some("tillstand"))
        writer.say(advice, kg("ordning"), number(index % 40 + 1))
        if writer.random() < 0.2:
            writer.say(service, kg("harRekommendation"), advice)
    if writer.random() < RATES["Beskrivning"]:
        turn = _next_method(writer, "beskrivning")
        text = writer.new("beskrivning", "Beskrivning")
        writer.say(text, kg("avser"), thing("metod", method_slug(turn)))
        writer.say(thing("metod", method_slug(turn)), kg("harBeskrivning"), text)
        if turn % 3 == 0:
            writer.say(text, kg("beskrivningstyp"), thing("beskrivningstyp", "manualbaserad"))
        else:
            words = "manualbaserad" if turn % 3 == 1 else writer.words(2)
            writer.say(text, kg("uttryck"), f'"{words}"@sv')


def add_support(writer: Writer, service: str) -> None:
    """Support what is said of a service: what for, what is not told, remarks and contradictions."""
    for row in range(writer.times(RATES["Belagg"])):
        support = thing("belagg", f"b{writer.next_row()}")
        writer.say(support, A, kg("Belagg"))
        writer.say(support, kg("belaggSubjekt"), service)
        kind, property_ = SUPPORTED[row % len(SUPPORTED)]
        writer.say(support, kg("belaggEgenskap"), kg(property_))
        writer.say(support, kg("belaggVarde"), *writer.some(kind))
        writer.say(support, kg("uttalasI"), writer.passage())
    for _ in range(writer.times(RATES["EjAngivet"])):
        gap = writer.new("ej-angivet", "EjAngivet")
        writer.say(gap, kg("avser"), service)
        writer.say(gap, kg("egenskap"), kg("startar"))
    for _ in range(writer.times(RATES["Anmarkning"])):
        remark = writer.new("anmarkning", "Anmarkning")
        writer.say(remark, kg("avser"), service)
        writer.say(service, kg("harAnmarkning"), remark)
        text = writer.words(4)
        writer.say(remark, kg("orsak"), f'"{text}"@sv', f'"{text}"@en')
    for _ in range(writer.times(RATES["Motsagelse"])):
        clash = writer.new("motsagelse", "Motsagelse")
        writer.say(clash, kg("avser"), service)
        writer.say(clash, kg("egenskap"), kg("startar"))
        text = writer.words(4)
        writer.say(clash, kg("skal"), f'"{text}"@sv', f'"{text}"@en')
        for property_ in ("foljdLasning", "annanLasning"):
            reading = writer.new("lasning", "Lasning")
            writer.say(clash, kg(property_), reading)
            writer.say(reading, kg("lastVarde"), number(writer.below(30)))
