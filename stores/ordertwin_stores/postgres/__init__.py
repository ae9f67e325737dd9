"""PostgreSQL, for several server processes and machines on one store: many writers, locks on keys.

`library` alone knows psycopg; `connections` runs work on pooled connections and repeats what may be
repeated; `store` is the store; the rest is one subject a file. Every table and every statement is
keyed by the tenant first, and the SQL is what engines that speak PostgreSQL's language run too.
"""
