"""SQLite in one file (or in memory), for one process: many readers, one writer with group commit.

`library` alone knows the library; `store` is the store; the rest is one subject a file.
"""
