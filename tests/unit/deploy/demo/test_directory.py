"""Reads care directories as they are published: preamble, columns in any order, a mark or none, bad rows."""

import csv
from pathlib import Path

import pytest

from deploy.demo.directory import NEEDED, DirectoryProblem, read_directory

SAMPLE = Path(__file__).parents[4] / "deploy" / "demo" / "homes-sample.csv"
PREAMBLE = "Care directory,as published\r\nProduced on,02 January 2026\r\n\r\n"
COLUMNS = ("Name", "Postcode", "Service types", "Provider name", "Local authority", "Region", NEEDED[1])
GOOD = ("Bryn House", "ZZ1 1ZZ", "Nursing homes", "Bryn Care Limited", "Wirral", "North West", "1-910000001")


def written(folder: Path, *rows: tuple[str, ...], encoding: str = "utf-8", preamble: str = PREAMBLE) -> Path:
    path = folder / "homes.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(preamble)
        csv.writer(file).writerows(rows)
    return path


def changed(**values: str) -> tuple[str, ...]:
    return tuple(values.get(name.split()[0].lower(), value) for name, value in zip(COLUMNS, GOOD, strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("preamble", ["", PREAMBLE])
def test_a_directory_is_read_with_and_without_mark_and_preamble(tmp_path: Path, encoding: str, preamble: str):
    found = read_directory(written(tmp_path, COLUMNS, GOOD, encoding=encoding, preamble=preamble))
    (home,) = found.homes
    assert home.record == {
        "name": "Bryn House",
        "setting": "care-home-nursing",
        "regulator": "cqc",
        "registration_number": "1-910000001",
        "postcode": "ZZ1 1ZZ",
        "provider_name": "Bryn Care Limited",
        "local_authority": "Wirral",
    }


def test_the_sample_has_eighteen_homes_and_two_bad_rows():
    found = read_directory(SAMPLE)
    assert len(found.homes) == 18
    assert [skipped.name for skipped in found.skipped] == ["Tarn House", "Valley Homecare"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(name=""), "it has no name"),
        (changed(cqc="unknown"), "unknown is no location id"),
        (changed(cqc=""), "nothing is no location id"),
        (changed(postcode="ZZ1 1ZZ, Wirral", cqc="1-910000003"), "is no postcode"),
        (changed(service="Dentist", cqc="1-910000003"), "this is: Dentist"),
        (changed(name="Bryn \ufffd House"), "it is not UTF-8"),
        (GOOD[:3], "too few columns"),
        (GOOD, "stands in the file already"),
    ],
)
def test_a_bad_row_is_named_and_skipped_and_the_rest_goes_on(tmp_path: Path, row: tuple[str, ...], reason: str):
    last = changed(name="Cedar Court", cqc="1-910000002")
    found = read_directory(written(tmp_path, COLUMNS, GOOD, row, last))
    (skipped,) = found.skipped
    assert [home.name for home in found.homes] == ["Bryn House", "Cedar Court"]
    assert skipped.line == 6
    assert reason in str(skipped)


def test_bytes_that_are_no_text_spoil_their_own_row_only(tmp_path: Path):
    path = written(tmp_path, COLUMNS, changed(name="Br?n House"), changed(name="Cedar Court", cqc="1-910000002"))
    path.write_bytes(path.read_bytes().replace(b"Br?n", b"Br\xffn"))
    found = read_directory(path)
    assert [home.name for home in found.homes] == ["Cedar Court"]
    assert "not UTF-8" in found.skipped[0].reason


def test_a_name_may_have_commas_and_several_lines(tmp_path: Path):
    found = read_directory(written(tmp_path, COLUMNS, changed(name="Linden Grange,\nthe Annexe")))
    assert found.homes[0].name == "Linden Grange,\nthe Annexe"


def test_empty_lines_are_passed_over(tmp_path: Path):
    found = read_directory(written(tmp_path, COLUMNS, ("", ""), GOOD))
    assert (len(found.homes), found.skipped) == (1, [])


def test_a_file_that_is_no_directory_is_refused(tmp_path: Path):
    with pytest.raises(DirectoryProblem, match="no line names the columns"):
        read_directory(written(tmp_path, ("a", "b"), ("1", "2")))


def test_a_directory_without_a_needed_column_is_refused(tmp_path: Path):
    with pytest.raises(DirectoryProblem, match="no column Postcode"):
        read_directory(written(tmp_path, tuple(name for name in COLUMNS if name != "Postcode")))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(DirectoryProblem, match="cannot be read"):
        read_directory(tmp_path / "none.csv")
