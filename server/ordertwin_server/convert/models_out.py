"""Messages about model versions, from what commands return."""

from __future__ import annotations

from collections.abc import Iterator

from ordertwin.v1 import model_pb2
from ordertwin_models.comparison import COMPARISONS
from ordertwin_models.model import DuplicateModel, Table
from ordertwin_server.commands.manage_models import KnownVersion
from ordertwin_server.convert.enums import MODEL_STATE
from ordertwin_server.convert.values import time_to_proto
from ordertwin_server.names import model_version_name
from ordertwin_stores.model_versions import ModelChange

MEANINGS = {comparison.name: comparison.meaning for comparison in COMPARISONS}


def version_to_proto(tenant: str, known: KnownVersion) -> model_pb2.ModelVersion:
    """A version without its card and curves."""
    facts = known.facts
    return model_pb2.ModelVersion(
        name=model_version_name(tenant, known.version),
        version=known.version,
        state=MODEL_STATE.number(known.state),
        sha256=known.digest.hex(),
        size_bytes=known.size,
        publish_time=known.published_at and time_to_proto(known.published_at),
        published_by=facts.published_by,
        change_time=known.changed_at and time_to_proto(known.changed_at),
        trained_by=facts.trained_by,
        labelled_by=facts.labelled_by,
        signed_by=facts.signed_by,
        released=facts.released,
        serving=known.serving,
        metadata=facts.metadata,
        thresholds=model_pb2.ModelThresholds(
            review=facts.review,
            duplicate=facts.duplicate,
            attended_review=facts.attended_review,
        ),
        prior_weight=facts.prior_weight,
    )


def curves_of(model: DuplicateModel) -> Iterator[model_pb2.ModelCurve]:
    """What each term of a model adds over its values."""
    return map(_curve, model.tables)


def _curve(table: Table) -> model_pb2.ModelCurve:
    meaning = "; ".join(MEANINGS.get(name, "") for name in table.comparisons)
    if table.values.ndim > 1:
        weights = [float(table.values.min()), float(table.values.max())]
        return model_pb2.ModelCurve(comparisons=table.comparisons, meaning=meaning, weights=weights)
    return model_pb2.ModelCurve(
        comparisons=table.comparisons,
        meaning=meaning,
        edges=table.edges[0].tolist(),
        weights=table.values.tolist(),
    )


def change_to_proto(change: ModelChange) -> model_pb2.ModelChange:
    """An entry of the history."""
    return model_pb2.ModelChange(
        version=change.version,
        before=MODEL_STATE.number(change.before) if change.before else None,
        after=MODEL_STATE.number(change.after),
        time=time_to_proto(change.at),
        actor=change.actor,
        reason=change.reason,
    )
