"""The model file: JSON that a person can read and a diff can show, and that is checked before use.

The first line names the format and the SHA-256 of the body; the body is every byte after that line
except the closing brace. The digest is checked before anything is parsed, then format, sizes,
schema and finite numbers, then the golden vectors are scored again and must come out as the maker
of the model got them. No code is ever loaded. Reading and writing files is left to the caller.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from ordertwin_models.artefact_body import read_body, write_body
from ordertwin_models.errors import ArtefactInvalid
from ordertwin_models.model import DuplicateModel

FORMAT = "ordertwin-model/2"
GOLDEN_VECTORS = 64
MAX_BYTES = 32 * 2**20
TOLERANCE = 1e-9
TRAINER, LABELLERS, OWN_PAIRS = "trainer", "labellers", "own_pairs"
"""Names in the metadata of a model: the member who trained it, and those who gave verdicts it was
trained on, separated by commas; and how many pairs with verdicts that were."""

_HEADER = re.compile(r'\{"format": "([^"\n]{1,64})", "sha256": "([0-9a-f]{64})", "body":\n')
_CLOSING = "}\n"
_REMEDY = "Take the file from its release again, or train a new one with `ordertwin train`."


def dumps(model: DuplicateModel) -> str:
    """The model as the text of a model file. Equal models give equal bytes.

    >>> from ordertwin_models.model import Calibration, GoldenVectors, Table, Thresholds
    >>> toy = DuplicateModel(version="toy", schema=("gap",), prior_weight=-3.0, tables=(
    ...     Table(("gap",), (np.array([1.5]),), np.array([4.0, -4.0, 0.0])),),
    ...     calibration=Calibration(), thresholds=Thresholds(0.5, 0.9, 0.3),
    ...     golden=GoldenVectors(np.array([[1.0]]), np.array([1.0])))
    >>> text = dumps(toy)
    >>> print(*[line for line in text.split("\\n") if "comparisons" in line])
      {"comparisons":["gap"],"edges":[[1.5]],"values":[4.0,-4.0,0.0]}
    >>> dumps(loads(text, schema=("gap",))) == text
    True
    """
    body = write_body(model)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{{"format": "{FORMAT}", "sha256": "{digest}", "body":\n{body}{_CLOSING}'


def loads(text: str | bytes, schema: Sequence[str] | None = None) -> DuplicateModel:
    """The model in a model file; `ArtefactInvalid` says what is wrong with it and what to do.

    `schema` is what the comparison matrix will hold, by default the names of `COMPARISONS`.

    >>> loads('{"format": "ordertwin-model/2"')
    Traceback (most recent call last):
    ordertwin_models.errors.ArtefactInvalid: The model file does not begin as one. Take the file \
from its release again, or train a new one with `ordertwin train`.
    """
    body = _verified_body(text)
    try:
        model = read_body(body)
    except ValueError as error:
        raise ArtefactInvalid(f"The model file has a wrong body ({error}). {_REMEDY}") from error
    _check_schema(model, _current_schema() if schema is None else tuple(schema))
    _check_golden(model)
    return model


def _verified_body(text: str | bytes) -> str:
    if len(text) > MAX_BYTES:
        raise ArtefactInvalid(f"The model file is larger than {MAX_BYTES} bytes. {_REMEDY}")
    if isinstance(text, bytes):
        try:
            text = text.decode("ascii")
        except UnicodeDecodeError as error:
            raise ArtefactInvalid(f"The model file is no text ({error}). {_REMEDY}") from error
    header = _HEADER.match(text)
    if header is None:
        raise ArtefactInvalid(f"The model file does not begin as one. {_REMEDY}")
    if not text.endswith(_CLOSING):
        raise ArtefactInvalid(f"The model file has no end: it was cut off. {_REMEDY}")
    found, digest = header.groups()
    if found != FORMAT:
        raise ArtefactInvalid(
            f"The model file has format {found}, this version reads {FORMAT}. "
            "Use the model that came with this version, or train a new one."
        )
    body = text[header.end() : -len(_CLOSING)]
    if hashlib.sha256(body.encode(errors="replace")).hexdigest() != digest:
        raise ArtefactInvalid(
            f"The model file was changed after it was made: its SHA-256 does not fit. {_REMEDY}"
        )
    return body


def _check_schema(model: DuplicateModel, expected: tuple[str, ...]) -> None:
    if model.schema == expected:
        return
    lacking = [name for name in expected if name not in model.schema]
    unknown = [name for name in model.schema if name not in expected]
    detail = f"it lacks {lacking} and has {unknown}" if lacking or unknown else "the order differs"
    raise ArtefactInvalid(
        f"The model file was trained for other comparisons: {detail}. "
        "Use the model that came with this version, or train a new one with `ordertwin train`."
    )


def _check_golden(model: DuplicateModel) -> None:
    golden = model.golden
    if golden is None or not 1 <= len(golden.weights) <= GOLDEN_VECTORS:
        raise ArtefactInvalid(f"The model file has no golden vectors to check it by. {_REMEDY}")
    off = np.abs(model.score(golden.vectors).weights - golden.weights).max()
    if not off <= TOLERANCE:
        raise ArtefactInvalid(
            f"The model file scores its golden vectors {off:.3g} off from what its maker got. "
            f"{_REMEDY}"
        )


def _current_schema() -> tuple[str, ...]:
    from ordertwin_models.comparison import COMPARISONS

    return tuple(comparison.name for comparison in COMPARISONS)
