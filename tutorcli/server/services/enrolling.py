"""Enrolment: a code against a token, once for one home."""

import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from tutorcli.core import chain
from tutorcli.core.wire import EnrolReply, EnrolRequest, Qualification
from tutorcli.server.auth import Issued, new_token
from tutorcli.server.context import Context
from tutorcli.server.problems import Rejected
from tutorcli.server.services import auditing
from tutorcli.server.services.codes import hash_of
from tutorcli.server.storage import stamp
from tutorcli.server.tables import codes, consents, devices, qualifications, tokens, tutors

AGAIN_MINUTES = 10
"""So long the same code gives the same device a token again: the first reply may have been lost."""
LONGEST_NAME = 100
"""Code points that are kept of a machine's name."""


def enrol(context: Context, request: EnrolRequest) -> EnrolReply:
    """Take a code and give a token; a refusal does not use the code up.

    Asked again with the same code and device within ten minutes, it gives a new token and revokes
    the one before.

    Raises:
        Rejected: code_unknown, wrong_tutor, consent_required, or bad_request for a device that is
            no UUID.
    """
    _check_device(request.device)
    return context.database.run(lambda connection: _enrol(context, connection, request))


def _check_device(device: str) -> None:
    try:
        is_canonical = str(UUID(device)) == device
    except ValueError:
        is_canonical = False
    if not is_canonical:
        raise Rejected("bad_request", "device is no UUID")


def _enrol(context: Context, connection: Connection, request: EnrolRequest) -> EnrolReply:
    tutor = _tutor_of_code(context, connection, request)
    _check_home(connection, tutor.id, request)
    consent = _consent(context, request)
    now = context.database.stamp()
    connection.execute(
        update(codes)
        .where(codes.c.hash == hash_of(request.code), codes.c.used_at.is_(None))
        .values(device=request.device, used_at=now)
    )
    if consent is not None:
        _consented(
            connection, {"tutor": tutor.id, "sha256": consent, "device": request.device}, now
        )
    _device(connection, tutor.id, request, now)
    issued = give_token(context, connection, tutor.id, request.device)
    detail = {"token": issued.id} | ({"consent": consent.hex()} if consent else {})
    auditing.record(connection, tutor.id, "device.enrol", request.device, detail)
    held = connection.execute(
        select(qualifications)
        .where(qualifications.c.tutor == tutor.id)
        .order_by(qualifications.c.domain, qualifications.c.language)
    )
    return EnrolReply(
        issued.token,
        tutor.id,
        tuple(tutor.roles.split()),
        tuple(Qualification(row.domain, row.language, row.expires_at) for row in held),
        context.project.policy,
    )


def _tutor_of_code(context: Context, connection: Connection, request: EnrolRequest) -> Row[Any]:
    """Whose the code is, where it is good for this device; the tutor's row is locked."""
    of_code = codes.c.hash == hash_of(request.code)
    owner = select(tutors).join(codes, codes.c.tutor == tutors.c.id).where(of_code)
    # A revocation waits for this transaction, so that it sees the token given here.
    tutor = connection.execute(owner.with_for_update(of=tutors, key_share=True)).one_or_none()
    if tutor is None:
        raise Rejected("code_unknown", "the code is unknown")
    # Read now, for it may have been used while the tutor was waited for.
    code = connection.execute(select(codes).where(of_code)).one()
    if code.used_at is None:
        is_good = code.expires_at > context.database.stamp()
    else:
        since = stamp(context.database.now() - timedelta(minutes=AGAIN_MINUTES))
        is_good = code.device == request.device and code.used_at >= since
    if not is_good or tutor.state != "active":
        raise Rejected("code_unknown", "the code was used or has expired")
    return tutor


def _check_home(connection: Connection, tutor: str, request: EnrolRequest) -> None:
    """A home belongs to one tutor for good."""
    if request.tutor is not None and request.tutor != tutor:
        raise Rejected("wrong_tutor", "the code is another tutor's than this home")
    owner = select(devices.c.tutor).where(devices.c.id == request.device)
    before = select(tokens.c.tutor).where(tokens.c.device == request.device)
    if any(row.tutor != tutor for row in connection.execute(owner.union(before))):
        raise Rejected("wrong_tutor", "the device is another tutor's")


def _consent(context: Context, request: EnrolRequest) -> bytes | None:
    """The hash of the consent text that was agreed to; None where the project has none."""
    asked = context.project.consent_asked
    if asked is None:
        return None
    if request.consent is None or not hmac.compare_digest(
        request.consent.encode(), asked.sha256.encode()
    ):
        raise Rejected("consent_required", "the consent text of now must be agreed to")
    return bytes.fromhex(asked.sha256)


def _consented(connection: Connection, key: dict[str, Any], now: str) -> None:
    same = [consents.c[name] == value for name, value in key.items()]
    if connection.execute(select(consents.c.at).where(*same)).first() is None:
        connection.execute(insert(consents).values(**key, at=now))


def _device(connection: Connection, tutor: str, request: EnrolRequest, now: str) -> None:
    name = "".join(sign for sign in request.name if sign.isprintable())[:LONGEST_NAME]
    known = connection.execute(
        update(devices).where(devices.c.id == request.device).values(name=name, seen_at=now)
    ).rowcount
    if not known:
        start = {"have": 0, "head": chain.START, "durable": 0}
        times = {"created_at": now, "seen_at": now}
        connection.execute(
            insert(devices).values(id=request.device, tutor=tutor, name=name, **start, **times)
        )


def give_token(context: Context, connection: Connection, tutor: str, device: str) -> Issued:
    """Make a token for a device, and revoke those that it had."""
    now = context.database.stamp()
    connection.execute(
        update(tokens)
        .where(tokens.c.device == device, tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    issued = new_token(context.random)
    connection.execute(
        insert(tokens).values(
            id=issued.id,
            tutor=tutor,
            device=device,
            hash=issued.hash,
            created_at=now,
            expires_at=context.database.stamp(days=context.project.token_days),
        )
    )
    return issued
