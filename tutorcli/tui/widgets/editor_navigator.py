"""Where the cursor of the editor goes."""

from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.geometry import Offset

from tutorcli.tui.widgets.editor_layout import Layout
from tutorcli.tui.widgets.exact_document import ExactDocument


class Navigator(DocumentNavigator):
    """Moves by characters as a reader sees them, and by rows of the screen."""

    _document: ExactDocument
    _wrapped_document: Layout

    def get_location_left(self, location: Location) -> Location:
        """One character back, over a line break as a whole."""
        row, column = location
        if column:
            return row, self._document.character_start(row, column)
        return (row - 1, self._document.column_end(row - 1)) if row else (0, 0)

    def get_location_right(self, location: Location) -> Location:
        """One character on, over a line break as a whole."""
        row, column = location
        if column < self._document.column_end(row):
            return row, self._document.character_end(row, column)
        return (row + 1, 0) if row < self._document.line_count - 1 else location

    def get_location_above(self, location: Location) -> Location:
        """The row above, at the cell last moved to; in the first row its start."""
        return self._at_row(location, -1)

    def get_location_below(self, location: Location) -> Location:
        """The row below, at the cell last moved to; in the last row its end."""
        return self._at_row(location, 1)

    def get_location_at_y_offset(self, location: Location, vertical_offset: int) -> Location:
        """As many rows away, at the cell last moved to."""
        return self._at_row(location, vertical_offset)

    def _at_row(self, location: Location, rows: int) -> Location:
        y = self._wrapped_document.location_to_offset(location).y + rows
        self._wrapped_document.reach_row(y)
        if y < 0:
            return 0, 0
        if y >= self._wrapped_document.height:
            return self._document.end
        return self._wrapped_document.offset_to_location(Offset(self.last_x_offset, y))

    def get_location_end(self, location: Location) -> Location:
        """The end of the row; of a row that goes on below, before its last character."""
        y = self._wrapped_document.location_to_offset(location).y
        row, start, end = self._wrapped_document.section(y)
        if end == self._document.length(row):
            return row, self._document.column_end(row)
        return row, max(start, self._document.character_start(row, end))

    def get_location_home(self, location: Location, smart_home: bool = False) -> Location:
        """The start of the row; of a line of one row first its first word."""
        y = self._wrapped_document.location_to_offset(location).y
        row, start, end = self._wrapped_document.section(y)
        if start or end < self._document.length(row):
            return row, start
        return super().get_location_home(location, smart_home)
