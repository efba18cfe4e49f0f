"""Sentences for codes, a module for each feature; each exposes `sentences()`."""
