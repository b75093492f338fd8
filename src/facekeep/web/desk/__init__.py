"""Pages of the desk: enrolling with the person's own choice on the screen, helping, the kiosk, campaigns."""
