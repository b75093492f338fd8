"""Who of the staff and which program may: roles, keys, sign-in, signatures, four eyes."""
