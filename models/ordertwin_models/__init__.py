"""The core: what a duplicate order is. Pure functions and frozen values, no I/O and no clock."""
