"""Training: from confirmed duplicates to a compiled model, with everything that proves it."""
