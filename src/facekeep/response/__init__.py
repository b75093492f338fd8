"""The guard's side: signals, incidents, notices. Furnished later."""
