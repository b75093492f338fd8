"""Pages of the officers: is anything wrong, what is due, can it be proved."""
