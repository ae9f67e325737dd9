"""The model file: round trip, readable layout, and every way of being damaged."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random

import numpy as np
import pytest

from ordertwin_models import artefact
from ordertwin_models.decision import Relation
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import (
    Calibration,
    DuplicateModel,
    GoldenVectors,
    Table,
    Thresholds,
)
from ordertwin_models.relation_model import RelationModel, RelationTable

SCHEMA = ("reference", "gap")


def a_model() -> DuplicateModel:
    model = DuplicateModel(
        version="2026-03",
        schema=SCHEMA,
        prior_weight=-4.25,
        tables=(
            Table(("gap",), (np.array([1.0, 5.0]),), np.array([3.0, 1.0, -2.0, 0.1])),
            Table(("reference", "gap"), (np.array([0.5]), np.empty(0)), np.eye(3, 2)),
        ),
        calibration=Calibration(slope=0.8, intercept=-0.5),
        thresholds=Thresholds(review=0.5, duplicate=0.9, attended_review=0.3),
        relation_model=RelationModel(
            (Relation.RETRY, Relation.STANDING),
            2,
            np.array([0.5, -0.5]),
            (RelationTable(1, np.array([3.0]), np.arange(6.0).reshape(3, 2)),),
        ),
        metadata={"snapshot": "ab" * 32, "seed": "7"},
    )
    vectors = np.array([[1.0, 3.0], [np.nan, 9.0], [0.0, np.nan]])
    golden = GoldenVectors(vectors, model.score(vectors).weights)
    return dataclasses.replace(model, golden=golden)


def loaded(text: str | bytes) -> DuplicateModel:
    return artefact.loads(text, schema=SCHEMA)


def resealed(text: str, old: str, new: str) -> str:
    """The file with its body edited and a digest that fits again."""
    _, body = text.split("\n", 1)
    assert old in body
    body = body[: -len("}\n")].replace(old, new, 1)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{{"format": "{artefact.FORMAT}", "sha256": "{digest}", "body":\n{body}}}\n'


def test_a_model_survives_the_file_exactly() -> None:
    model, again = a_model(), loaded(artefact.dumps(a_model()))
    matrix = np.random.default_rng(1).normal(2, 4, (200, 2))
    matrix[::7, 0] = np.nan
    assert again.score(matrix).weights.tolist() == model.score(matrix).weights.tolist()
    assert artefact.dumps(again) == artefact.dumps(model)
    assert again.metadata == model.metadata
    relations = again.relation_probabilities(matrix)
    assert relations.tolist() == model.relation_probabilities(matrix).tolist()


def test_bytes_are_read_like_text() -> None:
    assert loaded(artefact.dumps(a_model()).encode()).version == "2026-03"


def test_the_file_is_json_with_a_table_on_each_line() -> None:
    text = artefact.dumps(a_model())
    document = json.loads(text)
    assert document["format"] == artefact.FORMAT
    assert list(document["body"]) == sorted(document["body"])
    assert sum(line.lstrip().startswith('{"comparisons"') for line in text.splitlines()) == 2


def test_a_file_cut_off_anywhere_is_refused() -> None:
    text = artefact.dumps(a_model())
    for length in range(len(text)):
        with pytest.raises(ArtefactInvalid, match=r"release|train"):
            loaded(text[:length])


def test_a_file_with_any_flipped_bit_is_refused() -> None:
    whole = artefact.dumps(a_model()).encode()
    chance = random.Random(46)
    for _ in range(2000):
        position, bit = chance.randrange(len(whole)), chance.randrange(8)
        damaged = bytearray(whole)
        damaged[position] ^= 1 << bit
        with pytest.raises(ArtefactInvalid, match=r"release|train"):
            loaded(bytes(damaged))


def test_an_edited_file_is_told_apart_from_a_cut_off_one() -> None:
    text = artefact.dumps(a_model())
    with pytest.raises(ArtefactInvalid, match="changed after it was made"):
        loaded(text.replace("-4.25", "-3.25"))
    with pytest.raises(ArtefactInvalid, match="cut off"):
        loaded(text[:-40])


def test_another_format_version_is_refused() -> None:
    text = artefact.dumps(a_model()).replace(artefact.FORMAT, "ordertwin-model/3", 1)
    with pytest.raises(ArtefactInvalid, match="format ordertwin-model/3"):
        loaded(text)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (("reference", "gap", "amount"), r"lacks \['amount'\]"),
        (("reference",), r"has \['gap'\]"),
        (("gap", "reference"), "order differs"),
    ],
)
def test_another_schema_is_refused(schema: tuple[str, ...], message: str) -> None:
    with pytest.raises(ArtefactInvalid, match=message):
        artefact.loads(artefact.dumps(a_model()), schema=schema)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"prior_weight": -4.25', '"prior_weight": NaN', "NaN is not a number"),
        ('"prior_weight": -4.25', '"prior_weight": 1e999', "finite"),
        ('"prior_weight": -4.25', '"prior_weight": "-4"', "should be numbers"),
        ('"prior_weight": -4.25', '"prior": -4.25', "'prior_weight' is missing"),
        ('"edges":[[1.0,5.0]]', '"edges":[[5.0,1.0]]', "must grow"),
        ('"edges":[[1.0,5.0]]', '"edges":5', "wrong kind"),
        ('"values":[3.0,1.0,-2.0,0.1]', '"values":[3.0,1.0,-2.0]', "one value per bin"),
        ('"relation":"RETRY"', '"relation":"FRIENDS"', "FRIENDS"),
        ('"slope": 0.8', '"slope": -0.8', "positive slope"),
    ],
)
def test_a_sealed_file_with_nonsense_in_it_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ArtefactInvalid, match=message):
        loaded(resealed(artefact.dumps(a_model()), old, new))


def test_a_deeply_nested_file_is_refused() -> None:
    text = resealed(
        artefact.dumps(a_model()), '"seed": "7"', '"seed": ' + "[" * 100_000 + "]" * 100_000
    )
    with pytest.raises(ArtefactInvalid, match="wrong body"):
        loaded(text)


def test_golden_vectors_that_score_otherwise_are_refused() -> None:
    text = resealed(artefact.dumps(a_model()), "-4.25", "-4.250001")
    with pytest.raises(ArtefactInvalid, match="golden vectors 1e-06 off"):
        loaded(text)


def test_a_file_without_golden_vectors_is_refused() -> None:
    with pytest.raises(ArtefactInvalid, match="no golden vectors"):
        loaded(artefact.dumps(dataclasses.replace(a_model(), golden=None)))


@pytest.mark.parametrize("other", ["", "{}", "\x80\x04\x95", "PK\x03\x04", "model: 1\n"])
def test_another_kind_of_file_is_refused(other: str) -> None:
    with pytest.raises(ArtefactInvalid, match="does not begin as one"):
        loaded(other)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(ArtefactInvalid, match="larger than"):
        loaded(" " * (artefact.MAX_BYTES + 1))
