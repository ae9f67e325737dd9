"""Periodic cleaning: the duplicate groups of a whole history, with the model that answers orders.

    store ─ chunks, in several processes ─► findings file ─ groups ─► Parquet, CSV, HTML, summary

Every order is judged as the server would have judged it when it came in: the same features, the
same blocking keys, the same caps, among the orders before it. Only the states are those of today.
"""
