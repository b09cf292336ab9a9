"""Asks a PostgreSQL server on a Unix socket whether it takes connections: the first words of its protocol."""

import socket
import struct
from pathlib import Path

READY, STARTING, ABSENT = "ready", "starting", "absent"
PROTOCOL = 196608  # 3.0
CANNOT_CONNECT_NOW = "57P03"  # Starting, recovering or shutting down.
TOO_MANY_CONNECTIONS = "53300"


class RefusedError(Exception):
    """The server runs but won't have us. The text is the server's own."""


def ask(path: Path, user: str, database: str, timeout: float = 5.0) -> str:
    """READY, STARTING or ABSENT; raises RefusedError."""
    words = ("user", user, "database", database, "application_name", "vp_portal-probe")
    body = struct.pack("!i", PROTOCOL) + b"".join(word.encode() + b"\0" for word in words) + b"\0"
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(timeout)
            link.connect(str(path))
            link.sendall(struct.pack("!i", len(body) + 4) + body)
            return _answer(link)
    except (OSError, EOFError):
        return ABSENT


def _answer(link: socket.socket) -> str:
    while True:
        kind, length = struct.unpack("!ci", _read(link, 5))
        body = _read(link, length - 4)
        if kind == b"E":
            fields = {field[:1]: field[1:].decode("utf-8", "replace") for field in body.split(b"\0") if field}
            if fields.get(b"C") == CANNOT_CONNECT_NOW:
                return STARTING
            if fields.get(b"C") == TOO_MANY_CONNECTIONS:
                return READY
            raise RefusedError(fields.get(b"M", ""))
        if kind == b"Z":
            link.sendall(b"X" + struct.pack("!i", 4))
            return READY
        if kind == b"R" and body[:4] != b"\0\0\0\0":
            raise RefusedError("lösenord krävs")


def _read(link: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = link.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data
