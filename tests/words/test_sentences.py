"""Each code has one sentence: two modules that speak of the same code would speak over one another."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

from tracker import words


def test_no_two_modules_give_a_sentence_for_the_same_code(app):
    given = Counter[str]()
    with app.test_request_context():
        for one in pkgutil.iter_modules(words.__path__):
            module = importlib.import_module(f"{words.__name__}.{one.name}")
            given.update(list(module.sentences()))
    assert given
    assert [code for code, times in given.items() if times > 1] == []
