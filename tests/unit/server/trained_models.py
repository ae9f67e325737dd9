"""Model files as a trainer would hand them in, made from the rules in no time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ordertwin_models import artefact
from ordertwin_models.model import DuplicateModel, GoldenVectors, Thresholds
from ordertwin_models.rules import rules_model


def a_model(
    version: str = "own/1",
    shift: float = 0.0,
    thresholds: Thresholds | None = None,
    **metadata: str,
) -> DuplicateModel:
    """The rules under another name; `shift` log2 odds make everything likelier a duplicate."""
    rules = rules_model()
    model = replace(
        rules,
        version=version,
        prior_weight=rules.prior_weight + shift,
        thresholds=thresholds or rules.thresholds,
        metadata={"snapshot": "ab" * 32, **metadata},
    )
    matrix = np.zeros((3, len(rules.schema)))
    return replace(model, golden=GoldenVectors(matrix, model.score(matrix).weights))


def a_file(version: str = "own/1", shift: float = 0.0, **metadata: str) -> bytes:
    """Such a model as the bytes of its file."""
    return artefact.dumps(a_model(version, shift, **metadata)).encode()
