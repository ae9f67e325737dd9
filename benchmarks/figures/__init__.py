"""What a report costs, and a store with a year of business to read reports of."""
