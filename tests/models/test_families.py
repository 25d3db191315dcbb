"""Families of reasons have words in two languages, and every feature has one."""

import re

from features.at_hand import AtHand
from features.catalogue import BY_NAME, RELATIONS
from features.sources import ASKED, State
from models.families import FAMILIES, PARTIES, SOURCES

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NOBODY = AtHand.of(*2 * ([State.NOT_CHECKED] * len(ASKED),))


def test_every_source_that_can_be_asked_has_words() -> None:
    assert set(SOURCES) == {source.value for source in ASKED}
    assert set(PARTIES) == {NOBODY.lack(name).of for name in BY_NAME}
    for en, zh in (*SOURCES.values(), *PARTIES.values()):
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)


def test_every_feature_has_a_family_told_both_ways_in_both_languages() -> None:
    assert {feature.reason for feature in BY_NAME.values()} | {"RN01", "RN02"} == set(FAMILIES)
    for family in FAMILIES.values():
        assert len({family.en, family.safer_en}) == 2
        for en, zh in ((family.en, family.zh), (family.safer_en, family.safer_zh)):
            assert CHINESE.search(zh)
            assert not CHINESE.search(en)


def test_a_family_speaks_for_the_credit_in_its_code() -> None:
    letter = {"subject": "S", "object": "O", "data": "D"}
    for relation in (one for one in RELATIONS if one.credit.value in letter):
        for feature in relation.features:
            assert feature.reason[:2] == f"R{letter[relation.credit.value]}", feature.name
