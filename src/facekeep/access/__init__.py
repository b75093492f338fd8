"""Who of the staff may: roles, keys, four eyes. Furnished with the HTTP service."""
