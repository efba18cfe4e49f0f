"""Cumple: the service that keeps, and proves, the promises of an open-government action plan."""
