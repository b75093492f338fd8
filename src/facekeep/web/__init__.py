"""Doors over HTTP. Furnished with the service."""
