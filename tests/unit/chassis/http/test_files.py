"""Files: what is taken, what is refused, and that nothing is kept of what was refused."""

import hashlib
import io
import tracemalloc
import zipfile
from datetime import timedelta

import pytest

from shared.chassis.http.files import FILES, sweep_orphan_files
from shared.chassis.http.filetypes import media_type
from tests.support.shoe_counter import Counter
from tests.support.tokens import NOW, token

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 30 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 20 + b"\xff\xd9"


async def test_a_file_is_stored_then_its_command_asked_and_it_can_be_fetched(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files?name=left%20sho%C3%A9.png", PNG)
    assert answer.status_code == 200, answer.text
    file_id = answer.json()["file_ids"][0]
    fetched = await counter.get(f"/v1/orders/{order_id}/files/{file_id}")
    assert (fetched.content, fetched.headers["content-type"]) == (PNG, "image/png")
    assert fetched.headers["Content-Disposition"] == "attachment; filename*=UTF-8''left%20sho%C3%A9.png"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    event = (await counter.store.find("journal", {"revision": 2}))[0]["events"][0]["data"]
    assert (event["sha256"], event["size"]) == (hashlib.sha256(PNG).hexdigest(), len(PNG))


async def test_a_form_with_one_file_will_do(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.client.post(
        f"/v1/orders/{order_id}/files",
        files={"file": ("a.exe", JPEG, "application/x-msdownload")},
        headers={"Authorization": f"Bearer {token('clerk')}"},
    )
    assert answer.status_code == 200
    file_id = answer.json()["file_ids"][0]
    assert (await counter.get(f"/v1/orders/{order_id}/files/{file_id}")).headers["content-type"] == "image/jpeg"


def _form(*parts: str) -> bytes:
    told = "".join(f"--b\r\nContent-Disposition: form-data{part}\r\n\r\nx\r\n" for part in parts)
    return f"{told}--b--\r\n".encode()


A_FILE = '; name="a"; filename="a"'


@pytest.mark.parametrize("body", [_form('; name="a"'), _form(A_FILE, A_FILE), _form(), _form(""), b"nonsense"])
async def test_a_form_with_anything_else_is_refused(counter: Counter, body: bytes) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files", body, Content_Type="multipart/form-data; boundary=b")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_form")


async def test_a_form_without_a_boundary_is_refused(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files", b"x", Content_Type="multipart/form-data")
    assert answer.json()["code"] == "invalid_form"


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "file_type_not_taken"),
        ("", b"%PDF-1.7\nx\n%%EOF", 415, "file_type_not_taken"),
        ("", b"MZ\x90", 415, "file_type_not_taken"),
        ("", PNG + b"<script>", 415, "file_type_not_taken"),
        ("", b"", 422, "file_empty"),
        ("", PNG + b"\0" * 100_000, 413, "body_too_large"),
        ("?name=..%2F..%2Fx.png", PNG, 422, "file_name_not_usable"),
        ("?name=a%E2%80%AEgnp.exe", PNG, 422, "file_name_not_usable"),
        ("?name=" + "x" * 201, PNG, 422, "file_name_not_usable"),
        ("?name=a%00.png", PNG, 422, "file_name_not_usable"),
    ],
)
async def test_a_file_that_is_not_taken_is_named_and_not_kept(
    counter: Counter, path: str, content: bytes, status: int, code: str
) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files{path}", content, Content_Type="image/png")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert counter.store._files == {}
    assert await counter.store.count(FILES, {}) == 0


async def test_a_file_of_a_refused_command_is_not_kept(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files", PNG, token("customer", sub="dog"))
    assert answer.status_code == 403
    assert counter.store._files == {}
    assert await counter.store.count(FILES, {}) == 0


async def test_a_repeat_under_another_name_neither_changes_nor_loses_the_file(counter: Counter) -> None:
    order_id = await counter.order()
    first = await counter.send(f"/v1/orders/{order_id}/files?name=a.png", PNG, Idempotency_Key="k1")
    again = await counter.send(f"/v1/orders/{order_id}/files?name=a.png", PNG, Idempotency_Key="k1")
    other = await counter.send(f"/v1/orders/{order_id}/files?name=b.png", PNG, Idempotency_Key="k1")
    assert again.json() == first.json()
    assert other.json()["code"] == "idempotency_mismatch"
    file_id = first.json()["file_ids"][0]
    assert (await counter.get(f"/v1/orders/{order_id}/files/{file_id}")).content == PNG


async def test_a_file_is_fetched_only_where_it_belongs(counter: Counter) -> None:
    order_id, other = await counter.order(), await counter.order()
    file_id = (await counter.send(f"/v1/orders/{order_id}/files", PNG)).json()["file_ids"][0]
    assert (await counter.get(f"/v1/orders/{other}/files/{file_id}")).status_code == 404
    assert (await counter.get(f"/v1/orders/{order_id}/files/{file_id}", token("visitor"))).status_code == 403


async def test_saying_the_id_of_a_file_of_others_does_not_open_it(counter: Counter) -> None:
    file_id = (await counter.send(f"/v1/orders/{await counter.order()}/files", PNG)).json()["file_ids"][0]
    manager = token("manager", shops=["s2", file_id])
    mine = await counter.post("/v1/orders", {"shop_id": file_id, "customer_id": "cat", "price_pence": 1}, manager)
    place = f"/v1/orders/{mine.json()['id']}"
    assert (await counter.get(place, manager)).status_code == 200
    assert (await counter.get(f"{place}/files/{file_id}", manager)).status_code == 404


async def test_who_may_not_is_told_so_before_anything_is_read(counter: Counter) -> None:
    order_id = await counter.order()
    answer = await counter.send(f"/v1/orders/{order_id}/files", b"neither", token("manager", shops=["s2"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    far = await counter.send(f"/v1/orders/{order_id}/files", b"neither", token("clerk", regions=["south"]))
    assert far.status_code == 404


async def test_what_a_crash_left_behind_goes_after_a_day_and_nothing_else(counter: Counter) -> None:
    order_id = await counter.order()
    kept = (await counter.send(f"/v1/orders/{order_id}/files", PNG)).json()["file_ids"][0]
    place = {"stream": f"order-{order_id}", "region": "north", "cause": "c", "holder": "h", "gone": False}
    for name, age in (("old", 25), ("young", 23)):
        at = NOW - timedelta(hours=age)
        await counter.store.insert(FILES, {"_id": name, "at": at, **place})
        await counter.store.keep_file(name, PNG, {})
    assert await sweep_orphan_files(counter.store, NOW) == 0
    assert await sweep_orphan_files(counter.store, NOW + timedelta(minutes=30)) == 1
    assert set(counter.store._files) == {kept, "young"}
    assert await sweep_orphan_files(counter.store, NOW + timedelta(days=2)) == 0
    assert await sweep_orphan_files(counter.store, NOW + timedelta(days=2, hours=1)) == 1
    assert set(counter.store._files) == {kept}


def _office(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"%PDF-1.7\nx\n%%EOF\n", "application/pdf"),
        (b"x" + b"%PDF-1.7\nx\n%%EOF\n", None),
        (b"%PDF-1.7 without an end", None),
        (_office("[Content_Types].xml", "word/document.xml"), DOCX),
        (_office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (_office("anything"), None),
        (_office("[Content_Types].xml", "word/document.xml", *(f"x{n}" for n in range(2_000))), None),
        (b"PK\x03\x04nonsense", None),
        (b"GIF89a" + b"x" * 10 + b";", "image/gif"),
        (b"RIFF" + (8).to_bytes(4, "little") + b"WEBPVP8 ", "image/webp"),
        ("Grüße,\r\nein Text".encode(), "text/plain"),
        (b"<html>", None),
        (b"\xff\xfe\0", None),
    ],
)  # fmt: skip
def test_a_type_is_read_from_the_whole_content(content: bytes, kind: str | None) -> None:
    assert media_type(content) == kind


def test_an_archive_that_is_nothing_but_a_list_is_not_unrolled() -> None:
    entry = b"PK\x01\x02" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"a"
    count = 100_000
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + (count * len(entry)).to_bytes(4, "little") + bytes(6)
    content = entry * count + end
    assert len(zipfile.ZipFile(io.BytesIO(content)).infolist()) == count, "zipfile would"
    tracemalloc.start()
    try:
        assert media_type(content) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
