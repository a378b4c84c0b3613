"""Where the cursor of the editor goes."""

from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.geometry import Offset

from tutorcli.core.text import next_grapheme, previous_grapheme
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
            return row, previous_grapheme(self._document[row], column)
        return (row - 1, self._document.column_end(row - 1)) if row else (0, 0)

    def get_location_right(self, location: Location) -> Location:
        """One character on, over a line break as a whole."""
        row, column = location
        if column < self._document.column_end(row):
            return row, next_grapheme(self._document[row], column)
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
        if y < 0:
            return 0, 0
        if y >= self._wrapped_document.height:
            return self._document.end
        return self._wrapped_document.offset_to_location(Offset(self.last_x_offset, y))

    def get_location_end(self, location: Location) -> Location:
        """The end of the row; of a row that goes on below, before its last character."""
        y = self._wrapped_document.location_to_offset(location).y
        row, start, end = self._wrapped_document.section(y)
        text = self._document[row]
        if end == len(text):
            return row, self._document.column_end(row)
        return row, max(start, previous_grapheme(text, end))
