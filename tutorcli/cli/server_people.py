"""Commands of the server about people: tutors, their codes and tokens, what is stored of them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutorcli.cli import output
from tutorcli.cli.arguments import Json, line_from
from tutorcli.cli.server_open import Db, Yes, ask, opened
from tutorcli.cli.server_write import Output, check_target, written
from tutorcli.errors import ConfigError, message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tutorcli.core.wire import Qualification
    from tutorcli.server.context import Context
    from tutorcli.server.services.codes import Code
    from tutorcli.server.services.people import Tutor, Wanted
    from tutorcli.server.services.tokening import Token

TutorId = Annotated[str, typer.Argument(metavar="TUTOR", help="Id, as in: server tutor list.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help="tutor, lead, admin or auditor; may be repeated."),
]
Qualifications = Annotated[
    list[str] | None,
    typer.Option(
        "--qualify",
        metavar="DOMAIN[:LANGUAGE[:DAY]]",
        help="What may be given: in any language where none is named, until DAY (YYYY-MM-DD); "
        "may be repeated.",
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="REGION", help="Where the tutor works; may be repeated."),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="-|@FILE", help="The person's name; stored sealed."),
]

NONE = "none"
"""The word of a flag that takes all away."""


def tutor_add(
    *,
    role: Roles = None,
    qualify: Qualifications = None,
    region: Regions = None,
    name: Name = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask.")] = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Add a tutor, and print the code to enrol with.

    A lead, an administrator or an auditor is added by --role. Prints the id, which is a pseudonym, and a code for one enrolment. The name is optional: where
    --name is missing a terminal is asked for it, and the line may stay empty.
    """
    with opened(db, creates=True) as context:
        from tutorcli.server.services import people
        from tutorcli.server.services.auditing import CONSOLE

        wanted = _wanted(role, qualify, region, _name(name, asks=not (no_input or as_json)))
        added = people.add(context, CONSOLE, wanted)
    _say_code(added.tutor, added.code, as_json=as_json)


def _wanted(
    roles: Sequence[str] | None,
    qualifications: Sequence[str] | None,
    regions: Sequence[str] | None,
    name: str | None,
) -> "Wanted":
    from tutorcli.server.services.people import Wanted, qualification_of

    def words(given: Sequence[str] | None) -> tuple[str, ...] | None:
        if not given:
            return None
        return () if list(given) == [NONE] else tuple(given)

    named = words(qualifications)
    read = None if named is None else tuple(map(qualification_of, named))
    return Wanted(words(roles), read, words(regions), name)


def _name(source: str | None, *, asks: bool) -> str | None:
    if source is not None:
        return line_from(source, "--name").strip()
    if asks and sys.stdin.isatty() and sys.stderr.isatty():
        said = typer.prompt("name (may stay empty)", default="", show_default=False, err=True)
        return str(said).strip() or None
    return None


def _say_code(tutor: str, code: "Code", *, as_json: bool) -> None:
    if as_json:
        row = {"tutor": tutor, "code": code.text, "code_expires_at": code.expires_at}
        output.emit_json(row)
        return
    output.emit(output.table(("tutor", "code"), [(tutor, code.text)]))
    output.say(f"the code is good once, until {code.expires_at}; it is not shown again")
    output.say("  on the tutor's machine: tutorcli login URL")


def tutor_list(db: Db = None, as_json: Json = False) -> None:
    """List the tutors."""
    with opened(db) as context:
        from tutorcli.server.services import people

        found = people.everyone(context)
    if as_json:
        output.emit_json({"tutors": [_tutor_row(item) for item in found]})
        return
    rows = [
        (
            item.id,
            item.state,
            " ".join(item.roles),
            " ".join(item.regions),
            item.name,
            " ".join(map(_short, item.qualifications)),
        )
        for item in found
    ]
    headers = ("tutor", "state", "roles", "regions", "name", "qualifications")
    output.emit(output.table(headers, rows, right=frozenset(), wraps=True))


def _short(item: "Qualification") -> str:
    until = f":{item.expires[:10]}" if item.expires else ""
    language = "" if item.language == "*" else item.language
    return f"{item.domain}:{language}{until}".removesuffix(":")


def _tutor_row(item: "Tutor") -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(item)


def tutor_change(
    *,
    tutor: TutorId,
    role: Roles = None,
    qualify: Qualifications = None,
    region: Regions = None,
    name: Name = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Change roles, qualifications, regions or name of a tutor.

    It holds from the next request on. Each flag replaces all that there was of its kind; the word none takes all away.
    """
    with opened(db) as context:
        from tutorcli.server.services import people
        from tutorcli.server.services.auditing import CONSOLE

        wanted = _wanted(role, qualify, region, _name(name, asks=False))
        if wanted == people.Wanted():
            raise ConfigError(
                message("nothing is named that shall change"),
                hint=message("name --role, --qualify, --region or --name"),
            )
        changed = people.change(context, CONSOLE, tutor, wanted)
    if as_json:
        output.emit_json(_tutor_row(changed))
    else:
        output.say(f"{changed.id} is changed")


def tutor_revoke(tutor: TutorId, yes: Yes = False, db: Db = None, as_json: Json = False) -> None:
    """Shut a tutor out from the next request on.

    Tokens and codes are worthless then. What was judged stays; what lies unsent on the tutor's
    machine can come once a new code makes the tutor active again: server token code.
    """
    with opened(db) as context:
        from tutorcli.server.services import people
        from tutorcli.server.services.auditing import CONSOLE

        people.find(context, tutor)
        ask(f"Shut {tutor} out?", yes=yes)
        people.revoke(context, CONSOLE, tutor)
    if as_json:
        output.emit_json({"tutor": tutor, "state": "revoked"})
    else:
        output.say(f"{tutor} is revoked; to let them in again: tutorcli server token code {tutor}")


def token_code(tutor: TutorId, db: Db = None, as_json: Json = False) -> None:
    """Make one more enrolment code for a tutor.

    For another machine, or for one who was revoked and shall be active again.
    """
    with opened(db) as context:
        from tutorcli.server.services import people
        from tutorcli.server.services.auditing import CONSOLE

        code = people.new_code(context, CONSOLE, tutor)
    _say_code(tutor, code, as_json=as_json)


def token_list(
    tutor: Annotated[
        str | None, typer.Option("--tutor", metavar="TUTOR", help="Of this tutor only.")
    ] = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """List the tokens, without their secrets.

    Whose each is, until when it is good, and when its device was last here.
    """
    from dataclasses import asdict

    with opened(db) as context:
        from tutorcli.server.services import people, tokening

        if tutor is not None:
            people.find(context, tutor)
        found = tokening.all_tokens(context, tutor)
        now = context.database.stamp()
    if as_json:
        output.emit_json({"tokens": [asdict(item) for item in found]})
        return
    rows = [
        (item.id, item.tutor, _state(item, now), item.expires_at[:10], (item.seen_at or "")[:10])
        for item in found
    ]
    headers = ("token", "tutor", "state", "expires", "last here")
    output.emit(output.table(headers, rows, right=frozenset()))


def _state(item: "Token", now: str) -> str:
    if item.revoked_at is not None:
        return "revoked"
    return "expired" if item.expires_at <= now else "good"


def token_revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Id, as in: server token list.")],
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Make one token worthless: a lost machine.

    Its tutor goes on with others.
    """
    with opened(db) as context:
        from tutorcli.server.services import tokening
        from tutorcli.server.services.auditing import CONSOLE

        tokening.check(context, token)
        ask(f"Revoke the token {token}?", yes=yes)
        tokening.revoke_token(context, CONSOLE, token)
    if as_json:
        output.emit_json({"token": token, "state": "revoked"})
    else:
        output.say(f"{token} is revoked")


def person_export(
    tutor: TutorId,
    target: Output = Path("-"),
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write everything that is stored of one person.

    As JSON Lines: name, qualifications, devices, consents, assignments, judgments, reviews, acts of the
    audit; each line says its kind. It names the gold tasks and repeats among the assignments: hand it
    out once the person judges no more. With --json, which needs a file, what was written is told as an
    object on stdout.
    """
    check_target(target, as_json=as_json)
    with opened(db) as context:
        count = written(target, _lines(context, tutor))
    if as_json:
        output.emit_json({"tutor": tutor, "rows": count, "file": str(target)})
    else:
        output.say(f"{output.counted(count, 'row')} written")


def _lines(context: "Context", tutor: str) -> "Iterator[bytes]":
    import orjson

    from tutorcli.server.services import persons
    from tutorcli.server.services.auditing import CONSOLE

    for row in persons.export_person(context, CONSOLE, tutor):
        yield orjson.dumps(row) + b"\n"


def person_erase(tutor: TutorId, yes: Yes = False, db: Db = None, as_json: Json = False) -> None:
    """Destroy a person's name for good; judgments stay.

    With it goes the key that it was sealed under. The tutor is revoked too. A restore of an older backup erases them again; files of name keys beside
    old backups are yours to destroy.
    """
    with opened(db) as context:
        from tutorcli.server.services import people, persons
        from tutorcli.server.services.auditing import CONSOLE

        people.find(context, tutor)
        ask(f"Erase the person behind {tutor} for good?", yes=yes)
        persons.erase_person(context, CONSOLE, tutor)
    if as_json:
        output.emit_json({"tutor": tutor, "state": "erased"})
        return
    output.say(f"{tutor} is erased; their judgments stay")
    output.say("  files *.keys beside backups made before may still hold the key: destroy them")
