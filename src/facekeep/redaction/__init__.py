"""Hiding faces in pictures for others' privacy. Furnished later; knows no database and no web."""
