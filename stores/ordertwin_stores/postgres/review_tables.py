"""Migration of reviews: from a note that one is open to a queue with verdicts."""

from __future__ import annotations

from typing import LiteralString

from ordertwin_stores.postgres.library import Connection, run
from ordertwin_stores.postgres.texts import from_text
from ordertwin_stores.reviewing.upgrade import Earlier, filled

_STATEMENTS: tuple[LiteralString, ...] = (
    # A server of the version before may open a review meanwhile: it comes first in the queue, being
    # the only one that is known to be new.
    "ALTER TABLE reviews"
    """ ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'DOUBT',"""
    " ADD COLUMN waiting bigint NOT NULL DEFAULT 1,"
    " ADD COLUMN place bigint NOT NULL DEFAULT nextval('changes'),"
    " ADD COLUMN priority bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN value double precision NOT NULL DEFAULT 0,"
    """ ADD COLUMN relation text COLLATE "C" NOT NULL DEFAULT '',"""
    """ ADD COLUMN channel text COLLATE "C" NOT NULL DEFAULT 'UNKNOWN',"""
    " ADD COLUMN source bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN customer bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN blind bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN opinions bigint NOT NULL DEFAULT 1,"
    " ADD COLUMN inclusion double precision NOT NULL DEFAULT 1,"
    """ ADD COLUMN claimed_by text COLLATE "C" NOT NULL DEFAULT '',"""
    " ADD COLUMN claimed_until bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN closed_at bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN version bigint NOT NULL DEFAULT 1",
    # Everything that a list is filtered by is in the index, so that a filter reads nothing else.
    "CREATE INDEX reviews_in_order ON reviews (tenant, waiting, place, state, kind, channel,"
    " source, customer, relation, blind, claimed_by, claimed_until, opened_at, value, number)",
    "CREATE INDEX reviews_of_a_customer ON reviews (tenant, waiting, customer, place)",
    "CREATE INDEX reviews_of_a_source ON reviews (tenant, waiting, source, place)",
    "CREATE INDEX reviews_of_an_order ON reviews (tenant, sequence)",
    "CREATE INDEX decisions_of_a_review ON decisions (tenant, review_key, number)"
    " WHERE review_key IS NOT NULL",
    "CREATE TABLE verdicts (tenant bigint NOT NULL, position bigint NOT NULL, act bigint NOT NULL,"
    ' review_key text COLLATE "C" NOT NULL, at bigint NOT NULL,'
    ' order_key text COLLATE "C" NOT NULL, counterpart_key text COLLATE "C" NOT NULL,'
    ' decision_key text COLLATE "C" NOT NULL, answer text COLLATE "C" NOT NULL,'
    ' relation text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL,'
    ' reviewer text COLLATE "C" NOT NULL, blind bigint NOT NULL,'
    ' model_version text COLLATE "C" NOT NULL, probability double precision,'
    ' source text COLLATE "C" NOT NULL, inclusion double precision NOT NULL,'
    ' seen_at bigint NOT NULL, outcome text COLLATE "C" NOT NULL, opinion bigint NOT NULL,'
    ' state_before text COLLATE "C" NOT NULL, state_after text COLLATE "C" NOT NULL,'
    " PRIMARY KEY (tenant, position))",
    "CREATE INDEX verdicts_of_a_review ON verdicts (tenant, review_key, position)",
    "CREATE INDEX verdicts_on_an_order ON verdicts (tenant, order_key, position)",
    "CREATE INDEX verdicts_on_a_counterpart ON verdicts (tenant, counterpart_key)",
    "CREATE INDEX verdicts_of_an_act ON verdicts (tenant, act)",
    "CREATE INDEX verdicts_given_second ON verdicts (tenant, review_key) WHERE opinion = 2",
    "CREATE TABLE verdict_endings (tenant bigint NOT NULL, verdict bigint NOT NULL,"
    ' position bigint NOT NULL, at bigint NOT NULL, ended_by text COLLATE "C" NOT NULL,'
    ' reason text COLLATE "C" NOT NULL, superseded_by bigint NOT NULL,'
    " PRIMARY KEY (tenant, verdict))",
    "CREATE TABLE verdict_heads (tenant bigint PRIMARY KEY, position bigint NOT NULL)",
    "CREATE TABLE suppressions (tenant bigint NOT NULL,"
    ' number bigint GENERATED ALWAYS AS IDENTITY, key text COLLATE "C" NOT NULL,'
    ' order_key text COLLATE "C" NOT NULL, counterpart_key text COLLATE "C" NOT NULL,'
    ' until bigint NOT NULL, reason text COLLATE "C" NOT NULL, made_by text COLLATE "C" NOT NULL,'
    " at bigint NOT NULL, PRIMARY KEY (tenant, number), UNIQUE (tenant, key))",
    "CREATE INDEX suppressions_of_an_order ON suppressions (tenant, order_key)",
    "CREATE INDEX suppressions_of_a_counterpart ON suppressions (tenant, counterpart_key)",
    # Only what a person wrote may go, when a customer is erased.
    "CREATE FUNCTION verdicts_refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP = 'UPDATE' AND NEW.reason = '' THEN OLD.reason := '';"
    " IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF; END IF;"
    " RAISE EXCEPTION 'verdicts are never changed or removed'; END $$",
    "CREATE TRIGGER verdicts_are_kept BEFORE UPDATE OR DELETE ON verdicts FOR EACH ROW"
    " EXECUTE FUNCTION verdicts_refuse_changes()",
    "CREATE TRIGGER verdict_endings_are_kept BEFORE UPDATE OR DELETE ON verdict_endings"
    " FOR EACH ROW EXECUTE FUNCTION verdicts_refuse_changes()",
)
_NOT_EMPTIED: tuple[LiteralString, ...] = (
    "CREATE TRIGGER verdicts_are_not_emptied BEFORE TRUNCATE ON verdicts FOR EACH STATEMENT"
    " EXECUTE FUNCTION verdicts_refuse_changes()",
    "CREATE TRIGGER verdict_endings_are_not_emptied BEFORE TRUNCATE ON verdict_endings"
    " FOR EACH STATEMENT EXECUTE FUNCTION verdicts_refuse_changes()",
)


def tables_for_reviews(connection: Connection) -> None:
    """The queue, verdicts that are never changed, and pairs that are not asked about again."""
    for statement in _STATEMENTS:
        run(connection, statement)
    rows = run(
        connection,
        "SELECT reviews.tenant, reviews.number, reviews.key, orders.state, reviews.opened_at,"
        " content, body, (SELECT count(*) FROM batches WHERE batches.tenant = reviews.tenant"
        " AND batches.review_key = reviews.key)"
        " FROM reviews JOIN orders USING (tenant, sequence)"
        " JOIN order_contents USING (tenant, sequence)"
        " JOIN decisions ON decisions.tenant = reviews.tenant"
        " AND decisions.number = reviews.number",
    ).fetchall()
    for tenant, number, key, *rest in rows:
        run(
            connection,
            "UPDATE reviews SET kind = %s, state = %s, waiting = %s, closed_at = %s, place = %s,"
            " priority = %s, value = %s, relation = %s, channel = %s, source = %s, customer = %s"
            " WHERE tenant = %s AND number = %s",
            *filled(Earlier(number, from_text(key), *rest)),
            tenant,
            number,
        )


def verdicts_are_not_emptied(connection: Connection) -> None:
    """TRUNCATE removes rows without a trigger of their removal."""
    for statement in _NOT_EMPTIED:
        run(connection, statement)
