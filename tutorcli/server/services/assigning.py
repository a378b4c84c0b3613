"""Pull: what a home shall hold from now on."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, insert, select

from tutorcli.core.wire import MOST_HELD, PullReply, PullRequest
from tutorcli.server.auth import Caller
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services.choosing import By, Wish, next_tasks, qualified, shown_protocols
from tutorcli.server.services.handing import Handed, Lot, hand_out, lacking
from tutorcli.server.services.hiding import Place, Subject, disguised, new_id
from tutorcli.server.services.holding import due_for_renewal, holdings, settle
from tutorcli.server.services.leases import give_back, has_lapsed, lease_end, take_places
from tutorcli.server.services.news import Asked, News, news
from tutorcli.server.services.presence import note_seen, was_seen
from tutorcli.server.standing import (
    check_device_id,
    find_device,
    lock_device,
    members,
    standing_of,
)
from tutorcli.server.tables import assignments, tutors

MOST_BYTES = 16 << 20
"""What a reply's assignments may come to, whatever the home allows."""
_PLACES_AT_ONCE = 200
"""Tasks that are handed out in one transaction."""


def pull(context: Context, caller: Caller, request: PullRequest) -> PullReply:
    """Bring a home up to date: leases, tasks, outcomes, work from the tutor's other machines.

    Sent twice, the same request hands out nothing more. When nothing has changed, nothing is
    written.

    Args:
        context: The project.
        caller: Who asks.
        request: What the home holds and wants.

    Raises:
        Rejected: wrong_region, not_your_device, or bad_request.
    """
    region = context.project.region
    if region is not None and region not in caller.regions:
        raise Rejected("wrong_region", f"this project's region is {region}")
    if len(request.holding) > MOST_HELD or not 0 <= request.want <= MOST_HELD:
        raise Rejected("bad_request", f"holding and want go to {MOST_HELD}")
    if any("\0" in name for name in (*request.holding, *request.documents)):
        raise Rejected("bad_request", "an id holds a zero character")
    check_device_id(request.device)
    with context.database.read() as connection:
        turn = _Turn(connection, context, caller, request, is_writing=False)
        if not turn.must_write():
            return turn.reply()
        is_waiting = turn.room > 0 and has_lapsed(connection, context, caller.tutor)
    if is_waiting:
        give_back(context, but=caller.tutor)

    def act(connection: Connection) -> PullReply:
        turn = _Turn(connection, context, caller, request, is_writing=True)
        turn.write()
        return turn.reply()

    return context.database.run(act)


class _Turn:
    """One pull in one transaction."""

    def __init__(
        self,
        connection: Connection,
        context: Context,
        caller: Caller,
        request: PullRequest,
        *,
        is_writing: bool,
    ) -> None:
        self._connection, self._context = connection, context
        tutor = self._tutor = caller.tutor
        self._request = request
        if is_writing:
            # Two homes of one tutor ask one after the other: each sees what the other was given.
            # A key lock would be enough for those who add rows that name the tutor.
            connection.execute(
                select(tutors.c.id).where(tutors.c.id == tutor).with_for_update(key_share=True)
            )
        self._device = find_device(connection, caller, request.device)
        if is_writing and not self._device.is_known:
            self._device = lock_device(connection, context, caller, request.device)
        self._is_seen = was_seen(connection, context, request.device)
        if is_writing and not self._is_seen:
            # Before anything is locked that a push locks after its device.
            note_seen(connection, context, request.device)
        self._protocols = shown_protocols(connection, request.instruments)
        self._found = holdings(connection, tutor, request, self._protocols, is_locking=is_writing)
        self._handed: list[Handed] = []
        self._max_bytes = min(request.max_bytes, MOST_BYTES)
        self._spent = 0
        self._is_cut = False
        self._subjects: dict[Subject, By] = {}

    @property
    def room(self) -> int:
        """How many more assignments the home wants than are open for its tutor."""
        found = self._found
        return self._request.want - len(found.held) - len(found.elsewhere)

    @property
    def _offered(self) -> list[str]:
        """Open ones that the home lacks, as many as it wants."""
        space = max(0, self._request.want - len(self._found.held))
        return self._found.elsewhere[:space]

    def must_write(self) -> bool:
        """Whether this pull changes anything."""
        if not self._is_seen or self._found.lapsed:
            return True
        if due_for_renewal(self._context, self._found, self._offered):
            return True
        if self.room <= 0:
            return False
        return has_lapsed(self._connection, self._context, self._tutor) or bool(self._next(1))

    def _next(self, count: int, *, is_locking: bool = False) -> list[Place]:
        if not self._subjects:
            self._subjects = qualified(
                self._connection, self._tutor, self._context.database.stamp()
            )
        wish = Wish(self._tutor, self._subjects, self._protocols, count)
        return next_tasks(self._connection, wish, is_locking=is_locking)

    def write(self) -> None:
        """Prolong, take up again, hand out."""
        settle(self._connection, self._context, self._found, self._offered)
        self._take(self._lots_offered())
        if self.room > 0 and not self._is_cut:
            self._top_up()

    def _lots_offered(self) -> list[Lot]:
        return [self._found.lot(key) for key in self._offered]

    def _take(self, lots: Iterable[Lot]) -> None:
        """Hand out lots until the reply is full; the first one always fits."""
        for handed in hand_out(self._connection, self._context, lots):
            if self._handed and self._spent + handed.size > self._max_bytes:
                self._is_cut = True
                return
            self._handed.append(handed)
            self._spent += handed.size

    def _top_up(self) -> None:
        places = self._next(min(self.room, _PLACES_AT_ONCE), is_locking=True)
        places = disguised(self._connection, self._context, self._tutor, places, self._protocols)
        before = len(self._handed)
        self._take(list(self._new_lots(places)))
        given = self._handed[before:]
        self._claim(given)
        if not self._is_cut and len(given) < self.room:
            # Others may have held some back for a moment, or there are more than fit at once.
            self._is_cut = bool(self._next(1))

    def _new_lots(self, places: Sequence[Place]) -> Iterator[Lot]:
        end = lease_end(self._context)
        for place in places:
            by = self._subjects[place.subject]
            yield Lot(
                new_id(self._context.random),
                place.task,
                place.kind,
                place.protocol,
                place.priority,
                place.due,
                end,
                by.pack,
                by.guideline,
            )

    def _claim(self, given: Sequence[Handed]) -> None:
        """Store what is handed out; the tasks' rows are locked, so that each place is still free."""
        ordinary = [handed.lot.task for handed in given if handed.lot.kind == "label"]
        taken = take_places(self._connection, ordinary)
        if len(taken) != len(ordinary):
            raise AssertionError("a locked task has no place")
        now = self._context.database.stamp()
        if given:
            self._connection.execute(
                insert(assignments), [_row(handed, self._tutor, now) for handed in given]
            )

    def reply(self) -> PullReply:
        """What the home is told."""
        if not self._handed:
            self._take(self._lots_offered())
        here = {handed.lot.id for handed in self._handed}
        known = here.union(key for key in self._request.holding if key in self._found.rows)
        budget = max(0, self._max_bytes - self._spent)
        asked = Asked(self._context, self._tutor, self._request, known, budget)
        heard = news(self._connection, asked)
        gone = {one.assignment: one for one in (*self._found.lost, *heard.withdrawn)}
        return PullReply(
            **members(standing_of(self._connection, self._context, self._device)),
            assignments=tuple(
                handed.assignment
                for handed in sorted((*self._handed, *heard.handed), key=lambda one: one.lot.place)
            ),
            documents=lacking(self._connection, self._refs(heard), self._request.documents),
            withdrawn=tuple(gone.values()),
            outcomes=heard.outcomes,
            mine=heard.mine,
            leases={key: self._found.leases[key] for key in self._found.held},
            until=heard.until,
            more=self._is_cut or heard.until < heard.last,
            policy=self._context.project.policy,
        )

    def _refs(self, heard: News) -> Iterator[str]:
        for handed in (*self._handed, *heard.handed):
            yield from handed.lot.refs
        rows = [self._found.rows[key] for key in self._found.held]
        for refs in {(row.protocol, row.pack, row.guideline) for row in rows}:
            yield from (ref for ref in refs if ref is not None)


def _row(handed: Handed, tutor: str, now: str) -> dict[str, object]:
    lot = handed.lot
    return {
        "id": lot.id,
        "task": lot.task,
        "tutor": tutor,
        "kind": lot.kind,
        "state": "open",
        "priority": lot.priority,
        "due": lot.due,
        "sha256": handed.sha256,
        "pack": lot.pack,
        "guideline": lot.guideline,
        "granted_at": now,
        "expires_at": lot.expires,
    }
