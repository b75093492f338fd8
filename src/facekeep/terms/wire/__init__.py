"""What travels over HTTP, one file a stage: the same frozen models for server and client."""
