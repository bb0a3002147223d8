"""Who holds a port: so that "address in use" names the program."""

import socket
from pathlib import Path


def is_free(host: str, port: int) -> bool:
    """Say whether we could listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Return `name (pid n)` of the process listening at `port`; "another program" where the system does not tell."""
    sockets = _listening_inodes(port)
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target in sockets:
            process = entry.parent.parent
            return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
    return "another program"


def _listening_inodes(port: int) -> set[str]:
    """Return `socket:[inode]` of all that listen at `port` (state 0A), as Linux lists them."""
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for fields in (line.split() for line in lines):
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
