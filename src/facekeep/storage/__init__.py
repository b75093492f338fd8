"""Where face data rests and how it ends: three stores, never one."""
