"""Standing answers: what views ask of the whole graph, asked ahead; each is what the engine gives, and nothing rests on them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kunskapsgraf.graph import beforehand
from kunskapsgraf.graph.queries import parse
from kunskapsgraf.graph.snapshot import current
from kunskapsgraf.graph.standing import FILE, standing_answer
from kunskapsgraf.graph.store import EmbeddedStore
from kunskapsgraf.graph.vocabulary import Names
from kunskapsgraf.pipeline import standing
from kunskapsgraf.pipeline.build import build, rules_root
from kunskapsgraf.settings import Settings
from kunskapsgraf.web import create_app

COUNTED = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
NEW = """
<https://w3id.org/kunskapsgraf/id/kalla/ny> a <https://w3id.org/kunskapsgraf/ns#Kalla> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Ny"@sv, "New"@en .
"""
HEADED = "#+ standing: axel=utfall&sort=metod -\n#+ param axel: string; default=grupp; sv=A; en=A\n#+ param sort: string; default=allt; sv=S; en=S\nSELECT * { VALUES ?axel { UNDEF } VALUES ?sort { UNDEF } }"  # fmt: skip


def test_every_standing_answer_is_the_engines(evidence: Settings, evidence_store: EmbeddedStore) -> None:
    """Each query that a head names has an answer beside the snapshot, byte for byte the one that the engine gives."""
    texts = standing.texts(rules_root(evidence.sources), Names(evidence.base))
    assert len(texts) > 50
    for text in texts:
        kept = evidence_store.standing(text)
        assert kept is not None
        assert json.loads(evidence_store.answer(text, "json").body) == json.loads(kept)


def test_the_snapshot_vouches_for_them(evidence: Settings) -> None:
    """The file stands in the manifest, so that a damaged one is told and a replica has it."""
    assert FILE in current(evidence.home, digests=True).manifest.beside


def test_a_small_graph_is_asked(small: Settings, small_store: EmbeddedStore) -> None:
    """Where little is said nothing is asked ahead: every view is quick, and so is a write."""
    assert FILE not in current(small.home).manifest.beside
    text = standing.texts(rules_root(small.sources), Names(small.base))[0]
    assert small_store.standing(text) is None


def test_another_query_has_none(evidence_store: EmbeddedStore) -> None:
    """An answer is found by the whole text of its query; a store that keeps none is asked."""
    text = standing.texts(rules_root(Path("nowhere")), evidence_store.names)[0]
    assert evidence_store.standing(text) is not None
    assert evidence_store.standing(text + " ") is None
    assert standing_answer(object(), text) is None


def test_views_show_the_same_without_them(
    evidence: Settings, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot of an older version, which has none, gives the same views by asking."""
    addresses = ("/evidenskarta?format=json", "/evidensprofil?format=json", "/kvalitet?format=json&dag=2006-03-01", "/samverkan?format=json")  # fmt: skip
    kept = [visitor.get(address).get_json() for address in addresses]
    monkeypatch.setattr(EmbeddedStore, "standing", lambda *_: None)
    store = EmbeddedStore(evidence)
    try:
        asking = create_app(evidence, store).test_client()
        assert kept == [asking.get(address).get_json() for address in addresses]
    finally:
        store.close()


def test_they_follow_a_change(world_settings: Settings, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build of changed sources answers anew: one more source is one more row of what is read of each."""
    monkeypatch.setattr(standing, "FEWEST", 1)
    counts = []
    for change in ("", NEW):
        file = next((world / "data" / "ttl").glob("*.ttl"))
        file.write_text(file.read_text(encoding="utf-8") + change, encoding="utf-8")
        build(world_settings)
        store = EmbeddedStore(world_settings)
        try:
            [text] = [t for t in standing.texts(rules_root(world), store.names) if 'Täckning per källa' in t and '"sv" }' in t]  # fmt: skip
            kept = store.standing(text)
            assert kept is not None
            counts.append(len(json.loads(kept)["results"]["bindings"]))
        finally:
            store.close()
    assert counts[1] == counts[0] + 1


def test_values_stand_in_the_head() -> None:
    """Each word of the line is one asking: its values as in an address, a dash for those that are given anyway."""
    query = parse("a.rq", HEADED)
    assert ("axel=utfall&sort=metod", "-") == query.standing


def test_what_fails_is_left_out(evidence: Settings) -> None:
    """A query that the engine refuses, or that takes too long, has no answer, and those after it have theirs."""
    store = current(evidence.home).store
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    quick = replace(evidence, query_seconds=0.1)
    found = dict(beforehand.answers(quick, store, ["SELECT nothing", endless, COUNTED], "http://localhost/sparql"))
    assert [COUNTED] == list(found)
    assert int(json.loads(found[COUNTED])["results"]["bindings"][0]["n"]["value"]) > 100
