"""The contract as JSON over HTTP: the same operations, answers and errors."""
