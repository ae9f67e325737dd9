"""The `ordertwin` command: the outer ring, which may know every room and which no room knows.

Commands are thin: they read arguments, call a room, and show what came back. What costs time to
import is imported inside the command that needs it, so that help and `serve` start at once.
"""
