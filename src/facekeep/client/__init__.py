"""For other programs. Imports only ``facekeep.terms``. Furnished with the service."""
