"""Message catalogues: every language can say everything, and nothing is left over."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from tests.unit.models.explained_cases import EXISTING, MONDAY, SAME_LINES, SEEN, Case, aligned

from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.counterfactual import THINGS_A_PERSON_CAN_CHECK
from ordertwin_models.decision import Action, LineAlignment, Outcome, Relation
from ordertwin_models.explanation import explain
from ordertwin_models.explanation.levels import COUNTED, MISSING, SCALES
from ordertwin_models.explanation.pair_facts import FACTS
from ordertwin_models.language import CATALOGUES, Catalogue, catalogue_for
from ordertwin_models.language.policy_notes import NOTES
from ordertwin_models.order import Channel, OrderState
from ordertwin_models.policy.rules import BUILT_IN, COUNTERPART_DEAD, FILE_RULES, MODEL_RULES

HAN = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"{(\w+)")
POLICY_RULES = set(BUILT_IN)
every_language = pytest.mark.parametrize("words", CATALOGUES.values(), ids=lambda words: words.tag)
every_comparison = pytest.mark.parametrize("comparison", [one.name for one in COMPARISONS])


def a_case(**fields: object) -> Case:
    known = {"name": "any", "relation": Relation.RESEND, "seen": SEEN, "english": "", "chinese": ""}
    return Case(**(known | fields))  # type: ignore[arg-type]


def levels_of(comparison: str) -> set[str]:
    """Names of all levels that a comparison can have."""
    levels = COUNTED[comparison][2] if comparison in COUNTED else dict(SCALES[comparison]).values()
    return {level.name for level in levels} | {MISSING.name}


def ways_to_see(comparison: str) -> list[tuple[float | None, tuple[LineAlignment, ...]]]:
    """Numbers and lines that bring up every level of a comparison."""
    if comparison in COUNTED:
        lines = (SAME_LINES, aligned(9, 3, 3, 3, 3), aligned(2, 5, 5, 2, 2), aligned(0, 1, 1))
        changed = [aligned(4, 0, 0, count, count) for count in range(5)]
        return [(None, SAME_LINES), *((0.5, one) for one in (*lines, *changed))]
    numbers = [max(least, -20.0) for least, _ in SCALES[comparison]]
    return [(number, SAME_LINES) for number in (None, *numbers)]


def said(case: Case, language: str, erased: bool) -> str:
    existing = {} if erased else {"key-1": EXISTING}
    explanation = explain(case.decision(), EXISTING, existing, language)
    return explanation.matches[0].contributions[0].text


@every_language
@every_comparison
def test_every_level_of_every_comparison_has_its_words(words: Catalogue, comparison: str) -> None:
    assert set(words.reasons[comparison]) == levels_of(comparison)


@every_language
def test_no_words_are_kept_for_comparisons_that_are_gone(words: Catalogue) -> None:
    assert set(words.reasons) == {one.name for one in COMPARISONS}
    assert set(words.counterfactuals) == set(THINGS_A_PERSON_CAN_CHECK)


@every_language
@every_comparison
@pytest.mark.parametrize("erased", [False, True], ids=["known", "erased"])
def test_every_level_can_be_said(words: Catalogue, comparison: str, erased: bool) -> None:
    texts = []
    for number, lines in ways_to_see(comparison):
        case = a_case(seen={comparison: (number, 1.0)}, lines=lines)
        text = said(case, words.tag, erased)
        assert text
        assert not {"{", "}", "#", "|"} & set(text)
        texts.append(text)
    assert len(set(texts)) >= len(set(words.reasons[comparison].values()))


@every_language
def test_templates_name_known_facts_only(words: Catalogue) -> None:
    used = {
        name
        for levels in (*words.reasons.values(), words.baskets)
        for template in levels.values()
        for name in PLACEHOLDER.findall(template)
    }
    assert used <= set(FACTS)


@every_language
def test_every_value_of_every_list_has_a_word(words: Catalogue) -> None:
    assert set(words.relations) == set(Relation)
    assert set(words.actions) == set(Action)
    assert set(words.states) == set(OrderState)
    assert set(words.channels) == set(Channel)
    assert set(words.heads) == set(MODEL_RULES)
    assert set(NOTES[words.tag]) == set(FILE_RULES)


@every_language
def test_every_answer_can_be_summed_up(words: Catalogue) -> None:
    for outcome, relation, rule in product(Outcome, Relation, (*POLICY_RULES, "A_LATER_RULE")):
        case = a_case(outcome=outcome, relation=relation, rules=(rule,))
        assert finished(case.summary(words.tag), words)
    for state, action in product(OrderState, Action):
        case = a_case(rules=(COUNTERPART_DEAD,), state=state, action=action)
        assert finished(case.summary(words.tag), words)


def finished(summary: str, words: Catalogue) -> bool:
    """Whether a summary is whole: begins and ends as sentences do, nothing left to fill in."""
    end = {"en": ".", "zh": "。"}[words.tag]
    return (
        summary.endswith(end)
        and not summary[0].islower()
        and not {"{", "}", "#", "|"} & set(summary)
        and 2 * end not in summary
    )


def test_chinese_is_chinese_and_english_is_not() -> None:
    chinese, english = CATALOGUES["zh"], CATALOGUES["en"]
    assert all(HAN.search(text) for one in chinese.reasons.values() for text in one.values())
    assert not any(HAN.search(text) for one in english.reasons.values() for text in one.values())
    for field in ("relations", "actions", "states", "heads"):
        assert all(HAN.search(text) for text in getattr(chinese, field).values())


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-CN", "zh"),
        ("zh_Hant_TW", "zh"),
        ("ZH", "zh"),
        (" zh-cn.UTF-8", "zh"),
        ("en_GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("../zh", "en"),
    ],
)
def test_a_language_tag_finds_its_catalogue(tag: str, language: str) -> None:
    assert catalogue_for(tag).tag == language


def test_numbers_take_their_plural() -> None:
    one = a_case(seen={"incoming_lines_shared": (1.0, 1.0)}, lines=aligned(1))
    many = a_case(seen={"incoming_lines_shared": (1.0, 1.0)}, lines=aligned(3))
    assert said(one, "en", erased=False) == "its only line is in the existing order too"
    assert said(many, "en", erased=False) == "all 3 lines are in the existing order too"


def test_a_new_language_is_one_more_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    polish = replace(CATALOGUES["en"], tag="pl", no_match="Nowe zamówienie.")
    monkeypatch.setattr("ordertwin_models.language.CATALOGUES", {**CATALOGUES, "pl": polish})
    case = a_case(outcome=Outcome.UNIQUE, action=Action.ACCEPT, relation=None, rules=())
    summary = explain(case.decision(), replace(EXISTING, ordered_at=MONDAY), {}, "pl-PL").summary
    assert summary == "Nowe zamówienie. Accept it."
