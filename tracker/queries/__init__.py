"""Reads; every list that is not public takes the actor, so that another's item is not found."""
