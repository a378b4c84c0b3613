"""What a pack or a protocol must hold to be usable, beyond having the right keys."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tutorcli.core.instruments import Pair
from tutorcli.core.pack import Criterion, Pack
from tutorcli.core.protocol import Protocol
from tutorcli.errors import InputError, Message, message

HIGHEST = 9
"""A rating is one digit; where a criterion may not apply, the last digit says so."""
SEVEREST = 4
WIDEST = 3
"""Of a strength, to either side: slightly better, better, much better."""


def require_sound_pack(pack: Pack, where: str) -> Pack:
    """The pack, if a tutor can judge by it.

    Raises:
        InputError: A scale cannot be keyed, an anchor lies off it, or an id stands twice.
    """
    for what in _pack_faults(pack):
        raise InputError(message("{where}: {what}", where=where, what=what))
    return pack


def require_sound_protocol(protocol: Protocol, where: str) -> Protocol:
    """The protocol, if a tutor can judge by it.

    Raises:
        InputError: A stage asks nothing, a scale cannot be keyed, or a reason stands twice.
    """
    for what in _protocol_faults(protocol):
        raise InputError(message("{where}: {what}", where=where, what=what))
    return protocol


def require_name(name: str, stem: str, where: str) -> None:
    """Documents are found by their file.

    Raises:
        InputError: The document has another name than its file.
    """
    if name != stem:
        raise InputError(
            message('{where}: the name "{name}" is not that of the file', where=where, name=name)
        )


def _pack_faults(pack: Pack) -> Iterator[Message]:
    groups = {
        "criteria": [item.id for item in pack.criteria],
        "labels": [item.id for item in pack.labels],
        "specialties": [item.id for item in pack.specialties],
        "red_flags": [item.id for item in pack.red_flags],
        "severities": [str(item.value) for item in pack.severities],
    }
    for key, ids in groups.items():
        yield from _twice(key, ids)
    for criterion in pack.criteria:
        yield from _scale_faults(criterion)
    for severity in pack.severities:
        if not 1 <= severity.value <= SEVEREST or severity.weight < 0:
            yield message(
                "severity {value} with weight {weight}: values are from 1 to {most}",
                value=severity.value,
                weight=severity.weight,
                most=SEVEREST,
            )


def _scale_faults(criterion: Criterion) -> Iterator[Message]:
    most = HIGHEST - criterion.na
    if not 0 <= criterion.min < criterion.max <= most:
        yield message(
            'criterion "{id}": a scale from {min} to {max} cannot be keyed; it lies in 0 to {most}',
            id=criterion.id,
            min=criterion.min,
            max=criterion.max,
            most=most,
        )
    values = [anchor.value for anchor in criterion.anchors]
    yield from _twice(f"{criterion.id}: anchors", map(str, values))
    for value in values:
        if not criterion.min <= value <= criterion.max:
            yield message(
                'criterion "{id}": {value} is not from {min} to {max}',
                id=criterion.id,
                value=value,
                min=criterion.min,
                max=criterion.max,
            )


def _protocol_faults(protocol: Protocol) -> Iterator[Message]:
    for stage in protocol.stages:
        if not stage.instruments:
            yield message('stage "{name}" has no instruments', name=stage.name)
    for item in protocol.instruments:
        if isinstance(item, Pair) and not 1 <= item.scale <= WIDEST:
            yield message("scale {value} is not from 1 to {most}", value=item.scale, most=WIDEST)
    # The screen tells instruments apart by their kind.
    yield from _twice("instruments", [item.kind for item in protocol.instruments])
    for disposition, labels in protocol.reasons.items():
        yield from _twice(f"reasons of {disposition}", [label.id for label in labels])


def _twice(key: str, ids: Iterable[str]) -> Iterator[Message]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield message('{key}: "{id}" stands twice', key=key, id=name)
