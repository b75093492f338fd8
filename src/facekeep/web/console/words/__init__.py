"""The words of these pages, one file a stage."""
