"""Words, values and messages every room shares. Imports nothing of ours."""
