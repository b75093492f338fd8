"""Mathematics of split references. Knows no database, no web and no policy."""
