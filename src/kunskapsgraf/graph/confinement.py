"""What a process that runs strangers' queries may not: reach the network, open files, or fill the memory.

Sockets are refused by the kernel (seccomp, Linux on x86-64 and arm64): a filter of system calls that neither this process
nor what it starts can take off. Elsewhere the guard before the engine and the bound on open files stand alone.
RocksDB opens at most 16 tables at once and the others when they are first read, so the bound leaves room for those.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

_OPENED_AT_ONCE = 16


@dataclass(frozen=True)
class _Machine:
    """How the kernel names an architecture, and the numbers that its system calls have there."""

    audit: int
    socket: int
    connect: int
    seccomp: int


_MACHINES = {
    "x86_64": _Machine(0xC000003E, socket=41, connect=42, seccomp=317),
    "aarch64": _Machine(0xC00000B7, socket=198, connect=203, seccomp=277),
}
_IO_URING_SETUP = 425
_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_LOAD, _IS, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # the call fails with EACCES
_FOREIGN_CALLS = 0x40000000
"""From here on calls of x86-64 are those of another interface (x32), with numbers of its own."""


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(megabytes: int, more_files: int | None = 0) -> None:
    """Take away sockets and all but so many files not yet open; bound memory to what is used now plus ``megabytes``.

    ``None`` lets any number of files be opened.
    """
    used = virtual_bytes()  # before the door closes: it opens a file
    refuse_sockets()
    if more_files is not None:
        # What is open stays open; with 0 no gap between the open descriptors is left.
        most = _next_handle() + more_files if more_files else 0
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if used:
        most = used + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tables_to_open(store: Path) -> int:
    """Give how many files of a store the engine may still have to open when the store is open."""
    tables = sum(1 for file in store.iterdir() if file.suffix == ".sst")
    return tables if tables > _OPENED_AT_ONCE else 0


def refuse_sockets() -> bool:
    """Let the kernel refuse every new socket, in all threads and for good; tell whether this platform can."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or struct.calcsize("P") != 8:
        return False
    refused = (machine.socket, machine.connect, _IO_URING_SETUP)
    last = len(refused) + 4  # after the checks of architecture and interface, those of calls, and "allow"
    checks = [
        (_LOAD, 0, 0, 4),
        (_IS, 0, last - 1, machine.audit),
        (_LOAD, 0, 0, 0),
        (_IS_AT_LEAST, last - 3, 0, _FOREIGN_CALLS),
    ]
    # A jump counts from the instruction after it.
    checks += [(_IS, last - place, 0, call) for place, call in enumerate(refused, len(checks))]
    code = [*checks, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    written = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    program = _Program(len(code), written)
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    failed = library.syscall(machine.seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program))
    return not failed


def _next_handle() -> int:
    """Give the number after the highest of the open descriptors."""
    return max((int(handle.name) for handle in Path("/dev/fd").iterdir()), default=2) + 1


def virtual_bytes() -> int:
    """Give the address space that this process uses; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return 0  # not Linux: time is limited all the same, memory is not
