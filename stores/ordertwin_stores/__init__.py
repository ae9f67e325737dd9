"""Memory between requests. Speaks core values; no driver exception passes this door."""

from ordertwin_stores.open import open_archive, open_store, shown_address

__all__ = ["open_archive", "open_store", "shown_address"]
