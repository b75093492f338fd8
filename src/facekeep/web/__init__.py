"""Doors over HTTP: the API for other programs, later the pages for people.

``web.server.serve`` runs an unlocked house; ``web.app.application`` is the ASGI application it serves.
One thin file a stage in ``web/api``; what travels is in ``terms/wire``.
"""
