"""Migrations of the tables, run by ``ledger.database.migrate``."""
