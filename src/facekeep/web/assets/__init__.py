"""The few files that pages load, all from here: the style sheet, the mark, two small modules."""
