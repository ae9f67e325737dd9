"""The health of the model that answers, as a message."""

from __future__ import annotations

from ordertwin.v1 import model_health_pb2 as pb
from ordertwin_models.drift import Level, Observed
from ordertwin_server.commands.drift_looks import Look
from ordertwin_server.convert.enums import DRIFT_LEVEL
from ordertwin_server.convert.values import time_to_proto


def health_to_proto(version: str, look: Look) -> pb.ModelHealth:
    """Figures that are steady are counted and left out."""
    report = look.report
    made = pb.ModelHealth(
        serving_version=version,
        figures=len(report.findings),
        current=_window(report.current),
        reference=_window(report.reference),
        look_time=time_to_proto(look.at),
    )
    if report.findings:
        made.drift = DRIFT_LEVEL.number(report.findings[0].level)
    for each in report.findings:
        if each.level is not Level.STEADY:
            made.findings.add(
                kind=each.kind,
                name=each.name,
                reference=each.reference,
                current=each.current,
                measure=each.measure,
                level=DRIFT_LEVEL.number(each.level),
            )
    return made


def _window(window: Observed) -> pb.DecisionWindow:
    return pb.DecisionWindow(
        decisions=window.decisions,
        oldest_time=window.oldest and time_to_proto(window.oldest),
        newest_time=window.newest and time_to_proto(window.newest),
        flagged=window.flagged,
        answered=window.asked,
        overturned=window.overturned,
        model_versions=sorted(window.versions),
    )
