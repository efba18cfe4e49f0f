"""Writes, one verb per function; the caller opens the transaction and hands over actor and clock."""
