"""What every act of the server works with."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from tutorcli.server.project import Project
from tutorcli.server.storage import Database


@dataclass(frozen=True, slots=True)
class Context:
    """One project on its database; the first argument of every service."""

    database: Database
    project: Project
    random: Callable[[int], bytes] = os.urandom
    """So many random bytes; tests bring their own."""
