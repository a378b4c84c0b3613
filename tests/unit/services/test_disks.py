from pathlib import Path

import pytest

from tutorcli.services.disks import Encryption, encryption_of


class Machine:
    """A made-up /proc and /sys."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mounts: list[str] = []
        (root / "proc/self").mkdir(parents=True)
        (root / "sys/dev/block").mkdir(parents=True)
        (root / "sys/class/block").mkdir(parents=True)
        self.mount("8:1", "/", "ext4", "/dev/sda1")

    def mount(self, number: str, point: str, kind: str, source: str) -> None:
        self.mounts.append(f"36 1 {number} / {point} rw - {kind} {source} rw")
        (self.root / "proc/self/mountinfo").write_text("\n".join(self.mounts))

    def block(self, name: str, number: str, below: tuple[str, ...] = (), uuid: str = "") -> None:
        device = self.root / "sys/devices" / name
        (device / "slaves").mkdir(parents=True)
        (device / "dev").write_text(f"{number}\n")
        if uuid:
            (device / "dm").mkdir()
            (device / "dm/uuid").write_text(f"{uuid}\n")
            (device / "dm/name").write_text(f"name-of-{name}\n")
        for other in below:
            (device / "slaves" / other).symlink_to(self.root / "sys/devices" / other)
        (self.root / "sys/dev/block" / number).symlink_to(device)
        (self.root / "sys/class/block" / name).symlink_to(device)

    def found(self, folder: str = "/home/me") -> Encryption:
        return encryption_of(Path(folder), platform="linux", root=self.root)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "root")


def test_a_plain_disk_is_not_encrypted(machine: Machine) -> None:
    machine.block("sda1", "8:1")
    assert machine.found() == Encryption.OFF


def test_luks_under_lvm_is_encrypted(machine: Machine) -> None:
    machine.block("sda2", "8:2")
    machine.block("dm-0", "253:0", ("sda2",), "CRYPT-LUKS2-abc-luks")
    machine.block("dm-1", "253:1", ("dm-0",), "LVM-abc")
    machine.mount("253:1", "/", "ext4", "/dev/mapper/vg-root")
    assert machine.found() == Encryption.ON


def test_a_volume_of_which_one_part_is_plain_is_not_encrypted(machine: Machine) -> None:
    machine.block("sda2", "8:2")
    machine.block("dm-0", "253:0", (), "CRYPT-LUKS2-abc-luks")
    machine.block("dm-1", "253:1", ("dm-0", "sda2"), "LVM-abc")
    machine.mount("253:1", "/", "ext4", "/dev/mapper/vg-root")
    assert machine.found() == Encryption.OFF


def test_btrfs_is_followed_by_the_name_of_its_device(machine: Machine) -> None:
    machine.block("dm-0", "253:0", (), "CRYPT-LUKS2-abc-luks")
    machine.mount("0:33", "/", "btrfs", "/dev/mapper/name-of-dm-0")
    assert machine.found() == Encryption.ON


def test_the_mount_that_lies_deepest_counts(machine: Machine) -> None:
    machine.block("sda1", "8:1")
    machine.mount("0:40", "/usr", "fuse.gocryptfs", "gocryptfs")
    assert machine.found("/usr") == Encryption.ON
    assert machine.found("/var") == Encryption.OFF


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("tmpfs", Encryption.MEMORY),
        ("ecryptfs", Encryption.ON),
        ("nfs4", Encryption.UNKNOWN),
        ("overlay", Encryption.UNKNOWN),
    ],
)
def test_other_kinds_of_file_systems(machine: Machine, kind: str, found: Encryption) -> None:
    machine.mount("0:50", "/", kind, "somewhere")
    assert machine.found() == found


def test_where_nothing_can_be_read_it_is_unknown(tmp_path: Path) -> None:
    assert encryption_of(tmp_path, platform="linux", root=tmp_path / "no") == Encryption.UNKNOWN
    assert encryption_of(tmp_path, platform="win32") == Encryption.UNKNOWN


def test_a_folder_not_made_yet_is_asked_of_its_parent(machine: Machine) -> None:
    machine.block("sda1", "8:1")
    assert machine.found("/no/such/folder/yet") == Encryption.OFF
