"""The screen of each way of judging."""

from collections.abc import Mapping

from tutorcli.tui.instruments.edit import EditView
from tutorcli.tui.instruments.pair import PairView
from tutorcli.tui.instruments.rank import RankView
from tutorcli.tui.instruments.ratings import RatingsView
from tutorcli.tui.instruments.seat import View

VIEWS: Mapping[str, View] = {
    view.kind: view for view in (RankView(), RatingsView(), PairView(), EditView())
}
"""By the instrument's word; a test fails when `core.instruments` has one that is not here."""
