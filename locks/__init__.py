"""Versions held against hashes: what changed without a new version is found before it is used."""
