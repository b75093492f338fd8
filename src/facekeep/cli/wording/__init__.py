"""Words of the command line, one file an area; merged in ``cli.words``."""
