"""Transactions, migrations and the sweep that leaves no byte: SQLite today, behind one class."""
