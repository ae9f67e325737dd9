"""A model as JSON and back: what the body of a model file holds.

Keys are sorted and every table, golden vector and relation stands on a line of its own, so that two
models can be read and compared. Whether a file may be trusted is decided in `artefact`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ordertwin_models.decision import Relation
from ordertwin_models.model import Calibration, DuplicateModel, GoldenVectors, Table, Thresholds
from ordertwin_models.relation_model import RelationModel, RelationTable

MAX_CELLS = 2_000_000
MAX_TEXT = 4096


def write_body(model: DuplicateModel) -> str:
    """The model as JSON text that ends with a line break."""
    document = _document(model)
    members = [f'"{key}": {_laid_out(document[key])}' for key in sorted(document)]
    return "{\n" + ",\n".join(members) + "\n}\n"


def read_body(text: str) -> DuplicateModel:
    """The model in a JSON text; `ValueError` says what does not belong there.

    >>> read_body('{"version": NaN}')
    Traceback (most recent call last):
    ValueError: NaN is not a number of a model
    """
    try:
        return _model(json.loads(text, parse_constant=_refuse_constant))
    except KeyError as error:
        raise ValueError(f"{error} is missing") from error
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"a value has the wrong kind: {error}") from error


def _document(model: DuplicateModel) -> dict[str, Any]:
    return {
        "calibration": {
            "intercept": model.calibration.intercept,
            "slope": model.calibration.slope,
        },
        "golden": _golden_documents(model.golden),
        "metadata": dict(model.metadata),
        "prior_weight": model.prior_weight,
        "relation_tables": _relation_table_documents(model),
        "relations": _relation_documents(model.relation_model),
        "schema": list(model.schema),
        "tables": [_table_document(table) for table in model.tables],
        "thresholds": {
            "attended_review": model.thresholds.attended_review,
            "duplicate": model.thresholds.duplicate,
            "review": model.thresholds.review,
        },
        "version": model.version,
    }


def _golden_documents(golden: GoldenVectors | None) -> list[dict[str, Any]]:
    if golden is None:
        return []
    return [
        {"vector": [None if math.isnan(x) else x for x in vector], "weight": weight}
        for vector, weight in zip(golden.vectors.tolist(), golden.weights.tolist(), strict=True)
    ]


def _relation_table_documents(model: DuplicateModel) -> list[dict[str, Any]]:
    """Values stand in the order of the relations, one row a bin."""
    tables = model.relation_model.tables if model.relation_model else ()
    return [
        {
            "comparison": model.schema[table.column],
            "edges": table.edges.tolist(),
            "values": table.values.tolist(),
        }
        for table in tables
    ]


def _relation_documents(relation_model: RelationModel | None) -> list[dict[str, Any]]:
    if relation_model is None:
        return []
    rows = zip(relation_model.relations, relation_model.intercepts.tolist(), strict=True)
    return [{"intercept": intercept, "relation": str(relation)} for relation, intercept in rows]


def _table_document(table: Table) -> dict[str, Any]:
    return {
        "comparisons": list(table.comparisons),
        "edges": [edges.tolist() for edges in table.edges],
        "values": table.values.tolist(),
    }


def _model(document: Mapping[str, Any]) -> DuplicateModel:
    schema = tuple(_text(name) for name in document["schema"])
    calibration, thresholds = document["calibration"], document["thresholds"]
    return DuplicateModel(
        version=_text(document["version"]),
        schema=schema,
        prior_weight=_number(document["prior_weight"]),
        tables=tuple(_table(table) for table in document["tables"]),
        calibration=Calibration(
            slope=_number(calibration["slope"]), intercept=_number(calibration["intercept"])
        ),
        thresholds=Thresholds(
            review=_number(thresholds["review"]),
            duplicate=_number(thresholds["duplicate"]),
            attended_review=_number(thresholds["attended_review"]),
        ),
        relation_model=_relation_model(document["relation_tables"], document["relations"], schema),
        golden=_golden(document["golden"], len(schema)),
        metadata={_text(key): _text(value) for key, value in document["metadata"].items()},
    )


def _table(document: Mapping[str, Any]) -> Table:
    return Table(
        comparisons=tuple(_text(name) for name in document["comparisons"]),
        edges=tuple(_numbers(edges) for edges in document["edges"]),
        values=_numbers(document["values"]),
    )


def _relation_model(
    tables: Sequence[Mapping[str, Any]],
    relations: Sequence[Mapping[str, Any]],
    schema: Sequence[str],
) -> RelationModel | None:
    if not relations:
        return None
    return RelationModel(
        relations=tuple(Relation(relation["relation"]) for relation in relations),
        columns=len(schema),
        intercepts=_numbers([relation["intercept"] for relation in relations]),
        tables=tuple(
            RelationTable(
                schema.index(_text(table["comparison"])),
                _numbers(table["edges"]),
                _numbers(table["values"]),
            )
            for table in tables
        ),
    )


def _golden(documents: Sequence[Mapping[str, Any]], columns: int) -> GoldenVectors | None:
    if not documents:
        return None
    vectors = np.full((len(documents), columns), np.nan)
    for row, document in zip(vectors, documents, strict=True):
        row[:] = [math.nan if value is None else _number(value) for value in document["vector"]]
    return GoldenVectors(vectors, _numbers([document["weight"] for document in documents]))


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{_excerpt(value)} should be a text of at most {MAX_TEXT} characters")
    return value


def _number(value: Any) -> float:
    return float(_numbers(value))


def _numbers(values: Any) -> NDArray[np.float64]:
    numbers = np.array(values)
    if numbers.size and numbers.dtype.kind not in "if":
        raise ValueError(f"{_excerpt(values)} should be numbers")
    if numbers.size > MAX_CELLS:
        raise ValueError(f"{numbers.size} numbers in one table, at most {MAX_CELLS} are allowed")
    finite = numbers.astype(np.float64)
    if not np.isfinite(finite).all():
        raise ValueError(f"{_excerpt(values)} should be finite")
    return finite


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of a model")


def _laid_out(value: Any) -> str:
    if isinstance(value, dict) and value:
        members = [f"{_compact(key)}: {_compact(value[key])}" for key in sorted(value)]
        return "{\n  " + ",\n  ".join(members) + "\n}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(_compact(member) for member in value) + "\n]"
    return _compact(value)


def _compact(value: Any) -> str:
    return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":"))
