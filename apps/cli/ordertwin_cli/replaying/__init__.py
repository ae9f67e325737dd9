"""Replay: check a stream file, send it to a server, judge the answers against the truth."""
