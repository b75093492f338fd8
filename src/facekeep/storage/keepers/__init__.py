"""The two keepers. Neither can reach what the other holds."""
