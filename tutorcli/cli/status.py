"""How things stand in a home and with each of its servers."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tutorcli.cli import output, session
from tutorcli.cli.arguments import Json
from tutorcli.cli.sync import clock_off, why
from tutorcli.cli.work import in_order, in_words

if TYPE_CHECKING:
    from tutorcli.services.desk import Desk
    from tutorcli.store.channels import Channel


def status(as_json: Json = False) -> None:
    """What this home holds: tasks, judgments, what is unsent.

    Of each server it tells what was heard at the last sync; no server is asked.
    """
    from tutorcli.services import queueing
    from tutorcli.services.desk import open_desk
    from tutorcli.store import channels, judgments

    settings = session.settings()
    with open_desk(settings) as desk:
        counts = queueing.overview(desk, queueing.Wanted(limit=1)).counts
        here = desk.home
        made = judgments.last_dseq(desk.queue, here.device, judgments.LOCAL)
        unsent = judgments.unsent_of_all(desk.queue)
        servers = [
            _standing(desk, channel)
            for channel in channels.each(desk.queue)
            if channel.name != judgments.LOCAL
        ]
    if as_json:
        output.emit_json(
            {
                "data": str(settings.data),
                "device": here.device,
                "tutor": here.tutor,
                "channel": judgments.LOCAL,
                "tasks": in_order(counts),
                "judgments": made,
                "unsent": unsent,
                "channels": servers,
            }
        )
        return
    output.emit(f"home       {settings.data}")
    output.emit(f"tutor      {here.tutor}")
    output.emit(f"tasks      {in_words(counts)}")
    where = "on no server" if servers else f"{unsent} unsent; no server is set up"
    output.emit(f"judgments  {made}, {where}")
    for row in servers:
        _print_standing(row)


def _standing(desk: "Desk", channel: "Channel") -> dict[str, Any]:
    from tutorcli.store import judgments
    from tutorcli.store.rulings import not_accepted

    found = not_accepted(desk.queue, channel.name)
    return {
        "channel": channel.name,
        "url": channel.url,
        "project": channel.project,
        "region": channel.region,
        "tutor": channel.tutor,
        "device": channel.device,
        "signed_in": channel.signed_in,
        "judgments": judgments.last_dseq(desk.queue, channel.device, channel.name),
        "unsent": judgments.unsent_count(desk.queue, channel.name),
        "have": channel.have,
        "durable": channel.durable,
        "surplus": sum(item.status == "surplus" for item in found),
        "quarantined": sum(item.status == "quarantined" for item in found),
        "invalid": sum(item.status == "invalid" for item in found),
        "not_accepted": [asdict(item) for item in found],
        "contact_at": channel.contact_at,
        "problem": channel.problem,
        "clock_offset_ms": channel.clock_offset_ms,
    }


def _print_standing(row: dict[str, Any]) -> None:
    from tutorcli.core.text import safe_line
    from tutorcli.sync.report import CLOCK_WARN_MS

    lines = [
        "",
        f"server     {row['url']}{'' if row['signed_in'] else ' (signed out)'}",
        f"project    {row['project']}{', region ' + row['region'] if row['region'] else ''}",
        f"tutor      {row['tutor']}",
        f"judgments  {row['judgments']}, {row['unsent']} unsent",
        f"in backups {row['durable']} of these",
        f"contact    {row['contact_at'] or 'never'}, by sync or login",
    ]
    if row["problem"]:
        lines.append(f"problem    {row['problem']}")
    if abs(row["clock_offset_ms"] or 0) > CLOCK_WARN_MS:
        lines.append(f"clock      {clock_off(row['clock_offset_ms'])}")
    for line in lines:
        output.emit(safe_line(line))
    for item in row["not_accepted"]:
        output.emit(safe_line(why(item["task"], item["status"], item["reason"])))
