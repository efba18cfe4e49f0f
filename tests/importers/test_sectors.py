"""Sectors: the same words in a list of who came and in a table of institutions."""

from __future__ import annotations

import pytest

from tracker.domain.plans import Sector
from tracker.importers.sectors import sector_in, sector_named


@pytest.mark.parametrize(
    ("word", "sector"),
    [
        ("Sector público", Sector.PUBLIC),
        ("Gobiernos locales", Sector.LOCAL_GOVERNMENT),
        ("Sociedad civil", Sector.CIVIL_SOCIETY),
        ("Sector privado", Sector.PRIVATE),
        ("Academia", Sector.ACADEMIA),
        ("Cooperación internacional", Sector.MULTILATERAL),
        ("Public sector", Sector.PUBLIC),
        ("Local governments", Sector.LOCAL_GOVERNMENT),
        ("Civil society", Sector.CIVIL_SOCIETY),
        ("Private sector", Sector.PRIVATE),
        ("International cooperation", Sector.MULTILATERAL),
        ("Organización de la sociedad civil", Sector.CIVIL_SOCIETY),
        ("local", Sector.LOCAL_GOVERNMENT),
        ("otro", None),
    ],
)
def test_sectors_are_known_by_the_words_that_pages_use_in_both_languages(word, sector):
    assert sector_in(word) is sector


@pytest.mark.parametrize(
    ("name", "sector"),
    [
        ("PÚBLICO", Sector.PUBLIC),
        ("local_government", Sector.LOCAL_GOVERNMENT),
        ("civil society", Sector.CIVIL_SOCIETY),
        ("Organismo internacional", Sector.MULTILATERAL),
        ("Sector  privado", Sector.PRIVATE),
        ("no es público", None),
        ("¿público?", None),
        ("", None),
    ],
)
def test_a_table_of_institutions_names_a_sector_whole_and_a_list_reads_that_name_as_the_same(name, sector):
    assert sector_named(name) is sector
    assert sector is None or sector_in(name) is sector
