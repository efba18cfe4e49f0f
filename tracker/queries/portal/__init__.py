"""What the public reads: published rows as plain values; no table and no draft leaves this package."""

from __future__ import annotations
