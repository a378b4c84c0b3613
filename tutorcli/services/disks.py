"""Whether the disk under a folder is encrypted."""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path

_ENCRYPTING = {"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.securefs"}
_IN_MEMORY = {"tmpfs", "ramfs"}


class Encryption(StrEnum):
    """What is known of a disk."""

    ON = "on"
    OFF = "off"
    MEMORY = "memory"
    """The folder lies in memory and is gone after a restart."""
    UNKNOWN = "unknown"


def encryption_of(
    folder: Path, *, platform: str = sys.platform, root: Path = Path("/")
) -> Encryption:
    """Whether what is written to ``folder``, or to its nearest parent that exists, is encrypted.

    Args:
        folder: Any path.
        platform: As ``sys.platform``.
        root: Where ``proc`` and ``sys`` lie.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if platform == "linux":
        return _on_linux(folder.resolve(), root)
    if platform == "darwin":
        return _on_macos()
    return Encryption.UNKNOWN


def _on_linux(folder: Path, root: Path) -> Encryption:
    mount = _mount_of(folder, root)
    if mount is None:
        return Encryption.UNKNOWN
    device, kind, source = mount
    if kind in _ENCRYPTING:
        return Encryption.ON
    if kind in _IN_MEMORY:
        return Encryption.MEMORY
    # btrfs and the like have a number of their own; their source names the real device.
    if device.startswith("0:"):
        device = _number_of(source, root) or device
    found = _is_crypt(root / "sys/dev/block" / device)
    if found is None:
        return Encryption.UNKNOWN
    return Encryption.ON if found else Encryption.OFF


def _mount_of(folder: Path, root: Path) -> tuple[str, str, str] | None:
    """Device number, kind of file system and source of the mount that holds a folder."""
    try:
        lines = (root / "proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    best: tuple[int, tuple[str, str, str]] | None = None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if len(fields) < 5 or len(rest) < 2:
            continue
        point = Path(fields[4].replace("\\040", " "))
        # Of two mounts on one point the later one is seen.
        if folder.is_relative_to(point) and (best is None or len(point.parts) >= best[0]):
            best = (len(point.parts), (fields[2], rest[0], rest[1]))
    return best[1] if best else None


def _number_of(source: str, root: Path) -> str | None:
    """Major and minor number of a device such as ``/dev/mapper/home``."""
    name = Path(source).name
    for block in sorted((root / "sys/class/block").glob("*")):
        if name in {block.name, _text(block / "dm/name")}:
            return _text(block / "dev") or None
    return None


def _is_crypt(device: Path) -> bool | None:
    """Whether a block device, or everything that it lies on, is a crypt target."""
    try:
        device = device.resolve(strict=True)
    except OSError:
        return None
    if _text(device / "dm/uuid").startswith("CRYPT-"):
        return True
    below = sorted((device / "slaves").glob("*"))
    if not below and not (device / "slaves").exists() and (device.parent / "slaves").exists():
        # A partition: its disk tells what it lies on.
        below = sorted((device.parent / "slaves").glob("*"))
    answers = [_is_crypt(item) for item in below]
    if None in answers:
        return None
    return bool(answers) and all(answers)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _on_macos() -> Encryption:
    try:
        said = subprocess.run(
            ["/usr/bin/fdesetup", "status"], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return Encryption.UNKNOWN
    if "FileVault is On" in said:
        return Encryption.ON
    return Encryption.OFF if "FileVault is Off" in said else Encryption.UNKNOWN
