"""The record of everything: SQLite, append-only, with content-addressed texts."""
