"""File bytes to plain proposals with findings; no database, no words of a language."""
