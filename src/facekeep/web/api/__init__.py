"""The API, version 1: one thin file a stage of the loop. Each has a ``router``."""
