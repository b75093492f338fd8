"""The person's own pages: opened by a link, without an account, without a script."""
