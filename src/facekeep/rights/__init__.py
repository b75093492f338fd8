"""The person's side: withdraw, and keep the proof."""
