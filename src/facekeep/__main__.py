"""``python -m facekeep``."""

from facekeep.cli import main

if __name__ == "__main__":
    main()
