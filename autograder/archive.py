"""Files in memory -> zip archives whose bytes depend on nothing but the files."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["EXECUTABLE", "PRIVATE", "PUBLIC", "Member", "content_digest", "unzip", "zip_bytes"]

PUBLIC: Final = 0o644
PRIVATE: Final = 0o600
EXECUTABLE: Final = 0o755

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
_UNIX: Final = 3
_REGULAR_FILE: Final = 0o100000


@dataclass(frozen=True, slots=True)
class Member:
    """One file that is going to be written.

    Attributes:
        content: Its bytes.
        mode: Its permissions, such as 0o644.
    """

    content: bytes
    mode: int = PUBLIC

    @property
    def sha256(self) -> str:
        """Hash the content; 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


def zip_bytes(members: Mapping[str, Member]) -> bytes:
    """Pack files so that the same files make the same bytes on every machine and day.

    The entries are sorted, have one fixed time and the permissions of the members, and are
    stored without compression: what deflate makes of a file depends on the library's version.

    Args:
        members: Path inside the archive, with forward slashes, to the file.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, member in sorted(members.items()):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = (_REGULAR_FILE | member.mode) << 16
            archive.writestr(entry, member.content)
    return buffer.getvalue()


def unzip(content: bytes) -> dict[str, bytes]:
    """Read an archive that this project wrote: path to content, folders left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        return {entry.filename: archive.read(entry) for entry in entries}


def content_digest(members: Mapping[str, Member]) -> str:
    """Name a set of files by its content.

    Returns:
        `sha256:` and the hash of the lines `<sha256 of the file>  <path>`, sorted by path.
    """
    lines = [f"{member.sha256}  {path}\n" for path, member in sorted(members.items())]
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
