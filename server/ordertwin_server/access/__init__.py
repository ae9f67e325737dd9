"""Who calls, what they may do, and the note that they did it."""
