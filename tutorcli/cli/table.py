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
    "stats": "Figures of judgments, each with its interval and what it rests on.",
    "config": "Settings, and where each value comes from.",
    "server": "The central server of a project, on the machine where it runs.",
    "server tutor": "Tutors, leads, administrators and auditors.",
    "server token": "Enrolment codes, and the tokens that they were given for.",
    "server tasks": "The project's tasks.",
    "server quarantine": "Judgments that wait for a decision.",
    "server person": "What is stored of one person.",
    "server audit": "Who did what, in a chain that shows changes.",
}

COMMANDS: dict[str, Entry] = {
    "demo": Entry(
        "work:demo",
        "Try it: a throwaway home with the sample tasks.",
        ("tutorcli demo", "tutorcli demo --play"),
    ),
    "learn": Entry(
        "work:learn",
        "Learn the screen in ten minutes: a lesson on sample tasks.",
        ("tutorcli learn", "tutorcli learn --play"),
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
    "login": Entry(
        "login:login",
        "Sign in to a server with the code that you were given.",
        (
            "tutorcli login https://tutors.example.org",
            "tutorcli login https://tutors.example.org - --accept-consent",
        ),
    ),
    "logout": Entry(
        "login:logout",
        "Sign out: the token leaves this machine, unsent work stays.",
        ("tutorcli logout",),
    ),
    "sync": Entry(
        "sync:sync",
        "Send what is unsent, fetch tasks and news.",
        ("tutorcli sync", "tutorcli sync --pull 100 --verify", "tutorcli sync --adopt BATCH"),
    ),
    "status": Entry(
        "status:status",
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
    "stats agreement": Entry(
        "figures:agreement",
        "How far tutors agree, for each way of judging.",
        (
            "tutorcli stats agreement",
            "tutorcli stats agreement --by domain,criterion judgments.jsonl",
            "tutorcli stats agreement --remote --by pair --fail-under 0.6",
        ),
    ),
    "stats tutors": Entry(
        "figures:tutors",
        "How each tutor works: how much, how long, how carefully, and how far as the others.",
        ("tutorcli stats tutors", "tutorcli stats tutors --remote --names"),
    ),
    "stats gold": Entry(
        "figures:gold",
        "How tutors judged what is known: gold tasks on a server, adjudicated ones in files.",
        ("tutorcli stats gold --remote",),
    ),
    "stats bias": Entry(
        "figures:bias",
        "Whether the place on the screen or the length of answers sways tutors.",
        ("tutorcli stats bias",),
    ),
    "stats time": Entry(
        "figures:over_time",
        "Work and agreement by week, and whether agreement drifts.",
        ("tutorcli stats time --after 2027-01-01",),
    ),
    "leaderboard": Entry(
        "boards:leaderboard",
        "Which model answers better, with honest intervals.",
        (
            "tutorcli leaderboard",
            "tutorcli leaderboard --by domain --control position,length judgments.jsonl",
        ),
    ),
    "report": Entry(
        "boards:report",
        "Write one page of HTML with all figures, charts and a data sheet.",
        ("tutorcli report -o report.html",),
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
        ("tutorcli config keys", "tutorcli config keys --keymap vim"),
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
    "server start": Entry(
        "server:start",
        "Run the server of a project.",
        (
            "tutorcli server start",
            "tutorcli server start --db postgresql://tutorcli@/tutorcli --workers 4",
        ),
    ),
    "server tutor add": Entry(
        "server_people:tutor_add",
        "Add a tutor, and print the code to enrol with.",
        (
            "tutorcli server tutor add --role admin",
            "tutorcli server tutor add --qualify medicine:zh:2027-06-30 --region cn",
        ),
    ),
    "server tutor list": Entry(
        "server_people:tutor_list", "List the tutors.", ("tutorcli server tutor list",)
    ),
    "server tutor change": Entry(
        "server_people:tutor_change",
        "Change roles, qualifications, regions or name of a tutor.",
        ("tutorcli server tutor change TUTOR --role tutor --role lead",),
    ),
    "server tutor revoke": Entry(
        "server_people:tutor_revoke",
        "Shut a tutor out from the next request on.",
        ("tutorcli server tutor revoke TUTOR",),
    ),
    "server token code": Entry(
        "server_people:token_code",
        "Make one more enrolment code for a tutor.",
        ("tutorcli server token code TUTOR",),
    ),
    "server token list": Entry(
        "server_people:token_list",
        "List the tokens, without their secrets.",
        ("tutorcli server token list", "tutorcli server token list --tutor TUTOR --json"),
    ),
    "server token revoke": Entry(
        "server_people:token_revoke",
        "Make one token worthless: a lost machine.",
        ("tutorcli server token revoke TOKEN",),
    ),
    "server tasks import": Entry(
        "server_tasks:tasks_import",
        "Bring tasks from files into the project.",
        (
            "tutorcli server tasks import sample_tasks/medicine_en.jsonl",
            "tutorcli server tasks import gold.jsonl --gold",
        ),
    ),
    "server tasks withdraw": Entry(
        "server_tasks:tasks_withdraw",
        "Take tasks back from those who have not judged them.",
        ("tutorcli server tasks withdraw --batch BATCH",),
    ),
    "server tasks purge": Entry(
        "server_tasks:tasks_purge",
        "Replace the texts of tasks by their hashes, everywhere.",
        ("tutorcli server tasks purge TASK --with-judgments",),
    ),
    "server tasks publish": Entry(
        "server_tasks:tasks_publish",
        "Have tasks judged by the packs and guidelines of now.",
        ("tutorcli server tasks publish",),
    ),
    "server quarantine list": Entry(
        "server_judgments:quarantine_list",
        "List the judgments that wait, and why.",
        ("tutorcli server quarantine list",),
    ),
    "server quarantine release": Entry(
        "server_judgments:quarantine_release",
        "Let judgments that wait count.",
        ("tutorcli server quarantine release JUDGMENT",),
    ),
    "server quarantine reject": Entry(
        "server_judgments:quarantine_reject",
        "Leave judgments that wait uncounted.",
        ("tutorcli server quarantine reject JUDGMENT",),
    ),
    "server person export": Entry(
        "server_people:person_export",
        "Write everything that is stored of one person.",
        ("tutorcli server person export TUTOR -o person.jsonl",),
    ),
    "server person erase": Entry(
        "server_people:person_erase",
        "Destroy a person's name for good; judgments stay.",
        ("tutorcli server person erase TUTOR",),
    ),
    "server audit list": Entry(
        "server_care:audit_list",
        "List what leads and administrators did.",
        ("tutorcli server audit list --after 100",),
    ),
    "server audit verify": Entry(
        "server_care:audit_verify",
        "Prove that nothing stored was changed.",
        ("tutorcli server audit verify",),
    ),
    "server backup": Entry(
        "server_care:backup",
        "Copy the whole database into one checked file.",
        ("tutorcli server backup -o backups",),
    ),
    "server restore": Entry(
        "server_care:restore",
        "Put a backup in place of what the database holds.",
        ("tutorcli server restore backups/server-20270301-120000.db",),
    ),
    "server export": Entry(
        "server_judgments:export",
        "Write all judgments as JSON Lines.",
        ("tutorcli server export -o judgments.jsonl", "tutorcli server export --after 1200"),
    ),
}
