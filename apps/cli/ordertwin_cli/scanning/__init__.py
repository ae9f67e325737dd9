"""The steps of a scan: a file becomes a store, the store is walked, results are written."""
