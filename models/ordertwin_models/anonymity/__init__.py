"""Orders without who and where: what is replaced, and by what, so that two orders still compare."""
