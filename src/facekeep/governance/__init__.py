"""May we, for what, until when: purposes, notices, consent, permits."""
