"""The commands: each validates, awaits one call, and sends one view."""
