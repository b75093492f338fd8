"""Chinese for the sentences of the error tree, one file an area; merged in ``terms.messages``."""
