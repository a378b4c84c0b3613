"""Figures of the server that a home is signed in to."""

import contextlib
from collections.abc import Mapping
from typing import Any

from tutorcli.core.settings import Settings
from tutorcli.services.signing import Proxy, open_remote, require_channel
from tutorcli.store.db import Queue
from tutorcli.sync.run import require_same


def ask_server(settings: Settings, question: Mapping[str, str], proxy: Proxy) -> dict[str, Any]:
    """What the server answers.

    Args:
        settings: Of the home.
        question: The parameters of ``GET /v1/stats``.
        proxy: Address of a server: address of the proxy that leads there, if any.

    Raises:
        Refused: This home is not signed in, or its tutor is no lead.
        Unreachable: No answer came.
        Mismatch: Another server answered.
    """
    with Queue.open(settings.data) as queue:
        channel = require_channel(queue)
    with contextlib.closing(open_remote(settings, channel, proxy)) as remote:
        require_same(channel, remote.hello())
        return remote.stats(question)
