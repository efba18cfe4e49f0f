"""The rules of design section 2: pure functions over plain values, standard library only."""
