"""Reviews in a database, for every driver: statements that SQLite and PostgreSQL both understand.

A driver brings a `Session` and its tables; what is asked and written is the same for all of them.
"""
