"""A telephone belongs to one partner, in the file and in the database, however it is written."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from callrouter.database import Database
from callrouter.directory import model
from callrouter.directory.directory import Directory
from callrouter.directory.directory_file.dump import dump_directory
from callrouter.directory.directory_file.read import read_directory
from callrouter.directory.document import to_document
from callrouter.directory.faults import DirectoryFaults
from callrouter.directory.telephones import telephone_of
from tests.databases import open_database
from tests.directories import LOADED_AT, a_directory, center, helpline, put_in_force

PHONE = "+13105550101"
SIP = "sip:front@sunrise.example"
SIP_AGAIN = [
    "sip:front@SUNRISE.example",
    "sip:Front@sunrise.example",
    "sips:front@sunrise.example",
    "sip:front@sunrise.example:5060",
    "sip:front@sunrise.example.",
    "sips:Front@sunrise.example:5061;transport=tcp",
]


def rung_at(one: str, other: str, partner: str = "harbor") -> Directory:
    """Two centers, of sunrise and of this partner, and where they are rung."""
    first, second = center("sunrise-la", phone=one), center("harbor-bos", partner, phone=other)
    return a_directory(first, second, helpline("sunrise-la", "harbor-bos"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        yield database


@pytest.mark.parametrize(("one", "other"), [(PHONE, PHONE), *((SIP, again) for again in SIP_AGAIN)])
def test_two_partners_at_one_telephone_are_a_fault_of_the_file(one: str, other: str) -> None:
    text = dump_directory(rung_at(one, other))
    first, second = (number for number, line in enumerate(text.splitlines(), 1) if "phone: " in line)
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(text, "dir.yaml")
    assert str(refused.value) == (
        f'dir.yaml:{second}: center "harbor-bos": phone "{other}" rings at center "sunrise-la" in line {first},'
        " which is another partner's; a telephone belongs to one partner; write the number that rings at this"
        " center alone"
    )


@pytest.mark.parametrize(("one", "other"), [(PHONE, PHONE), *((SIP, again) for again in SIP_AGAIN)])
def test_the_database_keeps_no_version_in_which_two_partners_share_one(
    database: Database, one: str, other: str
) -> None:
    document = to_document(rung_at(one, other))
    row = {"version": 1, "loaded_at": LOADED_AT, "digest": "", "document": document}
    with pytest.raises(sa.exc.DBAPIError, match="a telephone belongs to one partner"):
        writes(database, row)
    writes(database, row | {"document": to_document(rung_at(one, other, partner="sunrise"))})


def writes(database: Database, row: dict[str, object]) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.insert(model.DirectoryVersion), row)


def test_what_was_never_a_file_is_refused_in_words(database: Database) -> None:
    with pytest.raises(DirectoryFaults, match=r'center "harbor-bos": phone .* rings at center "sunrise-la"'):
        put_in_force(database, rung_at(PHONE, PHONE))


def test_centers_of_one_partner_may_be_rung_at_one_telephone(database: Database) -> None:
    shared = rung_at(PHONE, PHONE, partner="sunrise")
    assert read_directory(dump_directory(shared), "dir.yaml") == shared
    assert put_in_force(database, shared).version == 1


@pytest.mark.parametrize(
    "other",
    [
        "+13105550102",
        "sip:back@sunrise.example",
        "sip:front@harbor.example",
        "sip:front@sunrise.example:5070",
    ],
)
def test_other_telephones_are_others(database: Database, other: str) -> None:
    for one in (PHONE, SIP):
        read_directory(dump_directory(rung_at(one, other)), "dir.yaml")
    put_in_force(database, rung_at(SIP, other))


def test_a_telephone_may_become_another_partner_s_and_both_versions_stay(database: Database) -> None:
    put_in_force(database, rung_at(PHONE, SIP))
    put_in_force(database, rung_at(SIP, PHONE))
    with database.engine.begin() as connection:
        documents = connection.execute(sa.select(model.DirectoryVersion.document)).scalars().all()
    assert {json.loads(each)["centers"][0]["phone"] for each in documents} == {PHONE, SIP}


def test_a_fault_in_a_telephone_is_told_once() -> None:
    odd = rung_at(PHONE, PHONE)
    centers = {key: replace(each, phone="by hand") for key, each in odd.centers.items()}
    with pytest.raises(DirectoryFaults) as refused:
        read_directory(dump_directory(replace(odd, centers=centers)), "dir.yaml")
    assert len(refused.value.faults) == len(centers)


def test_percent_signs_that_need_not_be_there_make_no_other_telephone() -> None:
    assert telephone_of("sip:%66r%6Fnt@sunrise.example") == telephone_of(SIP)
    assert telephone_of("sip:fr%20nt@sunrise.example") == "sip:fr%20nt@sunrise.example"
