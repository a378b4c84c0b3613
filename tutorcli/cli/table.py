"""Every command: where its function stands, what it does, and how it is called."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A command that is loaded when it is asked for."""

    place: str
    """``module:function`` in tutorcli.cli."""
    summary: str
    examples: tuple[str, ...]
    """Command lines that work with sample_tasks."""


GROUPS: dict[str, str] = {
    "protocol": "Protocols: what a task asks of its tutor.",
    "pack": "Packs: criteria, labels and guidelines of a specialty.",
    "config": "Settings, and where each value comes from.",
}

COMMANDS: dict[str, Entry] = {
    "demo": Entry(
        "work:demo",
        "Try it: a throwaway home with the sample tasks.",
        ("tutorcli demo", "tutorcli demo --play"),
    ),
    "import": Entry(
        "exchange:import_",
        "Bring tasks from files into the queue.",
        ("tutorcli import sample_tasks", "tutorcli import sample_tasks --dry-run --json"),
    ),
    "queue": Entry(
        "work:queue",
        "List the tasks and where each stands.",
        ("tutorcli queue", "tutorcli queue --domain law --state open --json"),
    ),
    "annotate": Entry(
        "work:annotate",
        "Judge tasks on the screen.",
        ("tutorcli annotate", "tutorcli annotate --domain medicine"),
    ),
    "judge": Entry(
        "judge:judge",
        "Judge one task, or many from a file, without the screen.",
        (
            "tutorcli judge TASK --rank 'b > a = c | d'",
            "tutorcli judge TASK --skip outside_expertise",
            "tutorcli judge --from judgments.jsonl",
        ),
    ),
    "show": Entry(
        "work:show",
        "Print a task, and what you said of it.",
        ("tutorcli show TASK", "tutorcli show TASK --judgments --json"),
    ),
    "status": Entry(
        "work:status",
        "What this home holds: tasks, judgments, what is unsent.",
        ("tutorcli status",),
    ),
    "export": Entry(
        "exporting:export",
        "Write judgments as training or evaluation files.",
        ("tutorcli export --format jsonl -o judgments.jsonl",),
    ),
    "formats": Entry(
        "exchange:formats",
        "List the formats, and what each loses.",
        ("tutorcli formats",),
    ),
    "protocol list": Entry(
        "catalog:protocol_list", "List the protocols.", ("tutorcli protocol list",)
    ),
    "protocol show": Entry(
        "catalog:protocol_show",
        "Print a protocol: its stages, instruments and reasons.",
        ("tutorcli protocol show rank",),
    ),
    "protocol check": Entry(
        "catalog:protocol_check",
        "Check a protocol of your own before it is used.",
        ("tutorcli protocol check my-protocol.toml",),
    ),
    "pack list": Entry("catalog:pack_list", "List the packs.", ("tutorcli pack list",)),
    "pack show": Entry(
        "catalog:pack_show",
        "Print a pack: its criteria with their anchors, labels and severities.",
        ("tutorcli pack show medicine",),
    ),
    "pack check": Entry(
        "catalog:pack_check",
        "Check a pack of your own before it is used.",
        ("tutorcli pack check my-pack.toml",),
    ),
    "config show": Entry(
        "settings:config_show",
        "Print every setting and where its value comes from.",
        ("tutorcli config show",),
    ),
    "config check": Entry(
        "settings:config_check",
        "Check the settings for keys and values that mean nothing.",
        ("tutorcli config check",),
    ),
    "config keys": Entry(
        "settings:config_keys",
        "Print every action of the screens and its keys.",
        ("tutorcli config keys",),
    ),
    "doctor": Entry(
        "machine:doctor",
        "Look at this machine: terminal, SQLite, permissions, space.",
        ("tutorcli doctor", "tutorcli doctor --keys"),
    ),
    "backup": Entry(
        "machine:backup",
        "Copy the queue and the drafts, also while they are in use.",
        ("tutorcli backup -o my-backup",),
    ),
}
