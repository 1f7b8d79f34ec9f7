"""The categories of the contract, by what puts a thing into them: the lists that several tests go through."""

from __future__ import annotations

MUNICIPALITIES = (
    "KommunMedTolvstegsutbud",
    "KommunMedStodTillVuxnaAnhoriga",
    "KommunMedBarnstod",
    "SamverkandeKommun",
    "KommunMedAnonymtUtbud",
    "KommunMedKvinnoinsats",
    "KommunMedUngaVuxnaInsats",
    "KommunMedBoendestod",
    "KommunMedSysselsattningsstod",
)
"""Municipalities, by what they offer: they follow from the axioms."""
OTHERS = (
    "AnhorigInsats",
    "VuxenAnhorigInsats",
    "BarnInsats",
    "KvinnoInsats",
    "UngaVuxnaInsats",
    "LagtroskelInsats",
    "AnonymInsats",
    "BistandsbedomdInsats",
    "TidigtStod",
    "TidigtStodVidRattTillfalle",
    "TidigtStodSkyddsfaktor",
    "SentStod",
    "Samverkansinsats",
    "RegionSamverkan",
    "KoptInsats",
    "CivilsamhallesInsats",
    "SamsjuklighetsInsats",
    "KBTbaseradInsats",
    "ManualbaseradInsats",
    "FlerkomponentInsats",
    "SystematisktUppfoljdInsats",
    "RekommenderadInsats",
    "EvidensbaseradInsats",
    "PlaneradInsats",
    "RekommenderadMetod",
    "KanMetod",
    "FoUMetod",
    "IckeGoraMetod",
    "MetodMedPositivBedomning",
    "MetodMedOtillrackligtUnderlag",
    "MetodMedMotstridigEvidens",
    "EvidenspastaddMetod",
    "ManualbaseradMetod",
)
"""Services and methods: these follow from the axioms too."""
MAPPED = (
    "KommunUtanStodTillVuxnaAnhoriga",
    "KommunUtanBarnstod",
    "KommunUtanBoendestod",
    "KommunUtanSysselsattningsstod",
    "KommunUtanTolvstegsutbud",
    "KommunUtanAnonymtUtbud",
)
"""Concluded from absence, of the municipalities that the mapping covers."""
CORPUS = (
    "MetodUtanEvidensutsaga",
    "MetodUtanRekommendation",
    "MetodMedEndastPastaende",
    "InsatsUtanNamngivenMetod",
    "InsatsMedEndastObedomdaMetoder",
)
"""Concluded from absence, of what the sources read in this version do not say."""
CATEGORIES = (*MUNICIPALITIES, *OTHERS, *MAPPED, *CORPUS)
