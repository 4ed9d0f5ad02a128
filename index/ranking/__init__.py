"""From both lanes to hits in order."""
