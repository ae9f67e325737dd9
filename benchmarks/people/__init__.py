"""What the review page and JSON cost the people and backends that use them."""
