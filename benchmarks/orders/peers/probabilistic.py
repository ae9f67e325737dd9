"""Splink 5 on DuckDB: as its documentation sets it up, and with more knowledge put in."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.internals.exceptions import SplinkException

from benchmarks.orders.candidates import frame_of
from benchmarks.orders.records import LabelledStream, Record, Scored

_SAMPLED_PAIRS = 1e6
_SEED = 1
_PARTY = ("customer_id", "name", "contact", "phone", "email")


class Splink:
    """Comparisons from the library, u by random sampling, m by expectation maximisation."""

    name = "Splink 5, as documented"
    threshold = 0.5

    def learn(self, stream: LabelledStream) -> None:
        """It learns from the unlabelled stream it is to judge."""

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair that a blocking rule brings up."""
        return _predicted(self.trained(stream, _table(DuckDBAPI(), stream.records)))

    def trained(self, stream: LabelledStream, table: Any) -> Any:
        """A linker over the table of the stream, its parameters estimated from it."""
        linker = _linker(stream, self._comparisons(stream), table)
        training = linker.training
        _estimate_prior(linker, stream)
        training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
        for rule in (block_on("customer_id"), block_on("basket"), block_on("email")):
            # A rule that brings up nothing or nothing but copies, or a level that nothing reaches,
            # is left out, as the documentation advises; the default m remains.
            with suppress(SplinkException, ValueError):
                training.estimate_parameters_using_expectation_maximisation(
                    rule, record_sample_proportion=1.0
                )
        return linker

    def _comparisons(self, stream: LabelledStream) -> Sequence[Any]:
        present = _present(stream)
        wanted = {
            "customer_id": comparisons.ExactMatch("customer_id"),
            "name": comparisons.NameComparison("name"),
            "contact": comparisons.NameComparison("contact"),
            "phone": comparisons.ExactMatch("phone"),
            "email": comparisons.EmailComparison("email"),
            "street": comparisons.JaroWinklerAtThresholds("street"),
            "postcode": comparisons.ExactMatch("postcode"),
        }
        found = [comparison for name, comparison in wanted.items() if name in present]
        return [*found, *_order_comparisons(present)]


class SplinkOneByOne:
    """Splink asked about one incoming order at a time, with `predict_between`."""

    def __init__(self, stored: LabelledStream) -> None:
        self._database = DuckDBAPI()
        self._stored = _table(self._database, stored.records)
        self._linker = Splink().trained(stored, self._stored)

    def named(self, record: Record) -> set[int]:
        """Places of the stored orders that are as sure as the surest."""
        incoming = _table(self._database, [record])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._linker.inference.predict_between(
                self._stored, incoming, threshold_match_probability=0.001
            ).as_pandas_dataframe()
        best = found[found["match_probability"] == found["match_probability"].max()]
        return {int(place) for side in ("place_l", "place_r") for place in best[side]} - {
            record.place
        }


class SplinkWithLabels(Splink):
    """The fields of a party folded into one comparison, because they say the same thing five times,
    and m from labelled orders of another stream."""

    name = "Splink 5, party folded, m from labels"

    def __init__(self) -> None:
        self._teachers: list[LabelledStream] = []

    def learn(self, stream: LabelledStream) -> None:
        """Keep the stream: m is estimated from its purchases."""
        self._teachers.append(stream)

    def score(self, stream: LabelledStream) -> list[Scored]:
        """Probability of a match of each pair that a blocking rule brings up."""
        chosen = self._comparisons(stream)
        lesson = self._teachers[-1]
        teacher = _linker(lesson, chosen, _table(DuckDBAPI(), lesson.records))
        teacher.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
        teacher.training.estimate_m_from_label_column("purchase")
        _estimate_prior(teacher, lesson)
        settings = teacher.misc.save_model_to_json()
        return _predicted(_with_settings(_table(DuckDBAPI(), stream.records), settings))

    def _comparisons(self, stream: LabelledStream) -> Sequence[Any]:
        present = _present(stream)
        known = [name for name in _PARTY if name in present]
        nothing = [f"({n}_l IS NULL OR {n}_r IS NULL)" for n in known]
        equal = [f"{n}_l = {n}_r" for n in known if n != "contact"]
        alike = [f"jaro_winkler_similarity({n}_l, {n}_r) >= 0.92" for n in ("name",) if n in known]
        party = comparisons.CustomComparison(
            output_column_name="party",
            comparison_levels=[
                levels.NullLevel(known[0])
                if len(known) == 1
                else {"sql_condition": " AND ".join(nothing), "label_for_charts": "null",
                      "is_null_level": True},
                levels.CustomLevel(" OR ".join(equal) or "FALSE", label_for_charts="same"),
                levels.CustomLevel(" OR ".join(alike) or "FALSE", label_for_charts="alike"),
                levels.ElseLevel(),
            ],
        )  # fmt: skip
        address = [comparisons.JaroWinklerAtThresholds("street")] if "street" in present else []
        return [party, *address, *_order_comparisons(present)]


def _order_comparisons(present: set[str]) -> list[Any]:
    """What an order is beside its party."""
    found: list[Any] = []
    if "reference" in present:
        found.append(comparisons.DamerauLevenshteinAtThresholds("reference", [1, 2]))
    if "amount" in present:
        found.append(
            comparisons.CustomComparison(
                output_column_name="amount",
                comparison_levels=[
                    levels.NullLevel("amount"),
                    levels.ExactMatchLevel("amount"),
                    levels.PercentageDifferenceLevel("amount", 0.1),
                    levels.ElseLevel(),
                ],
            )
        )
    found.append(
        comparisons.AbsoluteDateDifferenceAtThresholds(
            "ordered_on", input_is_string=True, metrics=["day", "day"], thresholds=[1, 7]
        )
    )
    found.append(
        comparisons.CustomComparison(
            output_column_name="items",
            comparison_levels=[
                levels.NullLevel("items"),
                levels.CustomLevel("basket_l = basket_r", label_for_charts="same"),
                *(levels.CustomLevel(f"{_OVERLAP} >= {share}") for share in (0.8, 0.5, 0.2)),
                levels.ElseLevel(),
            ],
        )
    )
    return found


_OVERLAP = "len(list_intersect(items_l, items_r)) / greatest(len(items_l), len(items_r))"


def _present(stream: LabelledStream) -> set[str]:
    """Columns that hold more than one value; Splink cannot learn from others."""
    frame = frame_of(stream.records)
    return {column for column in frame if frame[column].nunique() > 1}


def _linker(stream: LabelledStream, chosen: Sequence[Any], table: Any) -> Any:
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="place",
        blocking_rules_to_generate_predictions=[
            block_on(name) for name in (*_PARTY, "reference", "basket", "street")
            if name in _present(stream)
        ],
        comparisons=list(chosen),
        retain_matching_columns=False,
        additional_columns_to_retain=["purchase"],
    )  # fmt: skip
    return _with_settings(table, settings)


def _table(database: DuckDBAPI, records: Sequence[Record]) -> Any:
    """The records as a table of the database, told apart by their places."""
    frame = frame_of(records)
    frame["place"] = [record.place for record in records]
    frame["items"] = [sorted(record.items) or None for record in records]
    return database.register(frame)


def _with_settings(table: Any, settings: Any) -> Any:
    for name in ("splink", "splink.internals"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Linker(table, settings, log_level=logging.ERROR)


def _estimate_prior(linker: Any, stream: LabelledStream) -> None:
    """From pairs that are surely the same: one customer, and one reference or basket."""
    present = _present(stream)
    who = next(name for name in ("customer_id", "email", "name", "phone") if name in present)
    rules = [block_on(who, what) for what in ("reference", "basket") if what in present]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)


def _predicted(linker: Any) -> list[Scored]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()
    columns = zip(found["place_l"], found["place_r"], found["match_probability"], strict=True)
    return [Scored(max(a, b), min(a, b), float(score)) for a, b, score in columns]
