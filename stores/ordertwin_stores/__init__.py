"""Memory between requests. Speaks core values; no driver exception passes this door."""
