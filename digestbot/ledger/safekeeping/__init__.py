"""Keeping the ledger: backups, restoring one, and what must hold before its file is opened."""
