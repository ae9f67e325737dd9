"""A server whose disk stops flushing when it gets SIGUSR1: fsync and fdatasync return EIO.

The kernel is told so, by a filter of system calls that holds for every thread of this process and
that needs no rights: what is tested is SQLite's and the server's answer to a real error.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import struct
import sys

LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000 | errno.EIO
PR_SET_NO_NEW_PRIVS, SECCOMP_SET_MODE_FILTER, ALL_THREADS = 38, 1, 1
# Numbers of fsync, fdatasync and seccomp.
CALLS = {"x86_64": (74, 75, 317), "aarch64": (82, 83, 277)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def stop_flushing(*_: object) -> None:
    """From now on every flush fails."""
    fsync, fdatasync, seccomp = CALLS[platform.machine()]
    instructions = b"".join(
        struct.pack("<HBBI", *each)
        for each in (
            (LOAD, 0, 0, 0),
            (JUMP_IF_EQUAL, 1, 0, fsync),
            (JUMP_IF_EQUAL, 0, 1, fdatasync),
            (RETURN, 0, 0, FAIL),
            (RETURN, 0, 0, ALLOW),
        )
    )
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    program = _Program(len(instructions) // 8, ctypes.addressof(buffer))
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if library.syscall(seccomp, SECCOMP_SET_MODE_FILTER, ALL_THREADS, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the filter was refused")
    os.write(2, b"the disk stops flushing\n")


if __name__ == "__main__":
    from ordertwin_server.__main__ import main

    signal.signal(signal.SIGUSR1, stop_flushing)
    sys.exit(main())
