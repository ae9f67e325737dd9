"""The case book in SQL, the same for every driver."""
