"""Telling watchers what happened: one reader of events a server, who passes them on to all."""
