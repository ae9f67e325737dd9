"""Loading a history: passages of a file, prepared in other processes, into a store, in order."""
