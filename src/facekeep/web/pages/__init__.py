"""What every page for people shares: how it is rendered, its forms, its refusals, its dates."""
