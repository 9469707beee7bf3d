"""Lines of cells: delimited text and fixed width, what divides them, where the table is, what the first row says."""
