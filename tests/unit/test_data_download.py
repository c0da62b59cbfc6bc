"""Downloading: mirrors in turn, resumed with Range, the md5 decides; no network but 127.0.0.1."""

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from course_lib.data import DataError
from course_lib.data.download import Unreachable, fetch

CONTENT = np.random.default_rng(11).bytes(300_000)
MD5 = hashlib.md5(CONTENT).hexdigest()


@dataclass
class Mirror:
    """A host of one file: what it sends, where it breaks off, what it was asked for."""

    content: bytes = CONTENT
    breaks_after: int | None = None
    ranges: bool = True
    status: int | None = None
    states_length: bool = True
    asked: list[int] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        self.asked.append(start)
        start = start if self.ranges else 0
        handler.send_response(self.status or (206 if start else 200))
        if start:
            last = len(self.content) - 1
            handler.send_header("Content-Range", f"bytes {start}-{last}/{len(self.content)}")
        if self.states_length:
            handler.send_header("Content-Length", str(len(self.content) - start))
        handler.end_headers()
        end = None if self.breaks_after is None else start + self.breaks_after
        handler.wfile.write(self.content[start:end])


@contextmanager
def serving(*mirrors: Mirror):
    """Serve the mirrors at /0, /1, … and yield their addresses."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            mirrors[int(self.path[1:])].answer(self)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield [f"http://127.0.0.1:{server.server_port}/{n}" for n in range(len(mirrors))]
        finally:
            server.shutdown()


def get(target: Path, *mirrors: Mirror) -> None:
    with serving(*mirrors) as urls:
        fetch(target, urls, MD5, len(CONTENT))


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "data" / "file.tar.gz"


@pytest.fixture
def part(target) -> Path:
    target.parent.mkdir()
    return target.with_name("file.tar.gz.part")


def test_a_download_arrives_whole_and_alone(target):
    get(target, Mirror())
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_after_a_break_the_next_call_asks_only_for_the_rest(target, part):
    broken, whole = Mirror(breaks_after=100_000), Mirror()
    with pytest.raises(Unreachable, match="100,000"):
        get(target, broken)
    assert part.read_bytes() == CONTENT[:100_000]
    assert not target.exists()
    get(target, whole)
    assert whole.asked == [100_000]
    assert target.read_bytes() == CONTENT
    assert not part.exists()


def test_after_a_break_the_next_mirror_goes_on_from_there(target):
    second = Mirror()
    get(target, Mirror(breaks_after=123_456), second)
    assert second.asked == [123_456]
    assert target.read_bytes() == CONTENT


def test_a_mirror_without_range_sends_all_from_the_start(target, part):
    part.write_bytes(b"x" * 1000)
    get(target, Mirror(ranges=False))
    assert target.read_bytes() == CONTENT


def test_a_whole_file_with_a_wrong_md5_is_deleted_and_the_next_mirror_asked(target):
    bad, good = Mirror(CONTENT[::-1]), Mirror()
    get(target, bad, good)
    assert good.asked == [0]
    assert target.read_bytes() == CONTENT


def test_where_every_mirror_sends_a_wrong_file_none_is_kept(target, part):
    with pytest.raises(Unreachable, match=f"expected {MD5}; it was deleted"):
        get(target, Mirror(CONTENT[::-1]))
    assert list(target.parent.iterdir()) == []


def test_bad_bytes_from_before_do_not_condemn_a_good_mirror(target, part):
    part.write_bytes(b"x" * 1000)
    mirror = Mirror()
    get(target, mirror)
    assert mirror.asked == [1000, 0]
    assert target.read_bytes() == CONTENT


def test_a_finished_part_is_used_without_asking(target, part):
    part.write_bytes(CONTENT)
    mirror = Mirror()
    get(target, mirror)
    assert mirror.asked == []
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("states_length", [True, False])
def test_a_login_page_does_not_overwrite_what_has_arrived(target, part, states_length):
    part.write_bytes(CONTENT[:1000])
    page = Mirror(b"<html>Please log in</html>", ranges=False, states_length=states_length)
    with pytest.raises(Unreachable, match=r"offers .* bytes, expected 300,000"):
        get(target, page)
    assert part.read_bytes() == CONTENT[:1000]


def test_the_reasons_of_all_mirrors_are_told(target):
    others = ["http://127.0.0.1:9/file", "http://no-such-host.invalid/"]
    with serving(Mirror(status=503)) as urls, pytest.raises(Unreachable) as caught:
        fetch(target, urls + others, MD5, len(CONTENT))
    lines = str(caught.value).splitlines()
    assert "HTTP 503 Service Unavailable" in lines[0]
    assert "127.0.0.1:9: " in lines[1]
    assert "no-such-host.invalid: " in lines[2]
    assert not target.parent.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_told_and_leaves_nothing_behind(target, part):
    part.symlink_to("/dev/full")  # the system itself answers «No space left on device»
    with pytest.raises(DataError, match="No space left on device") as caught:
        get(target, Mirror())
    assert "COURSE_DATA to a folder with room" in str(caught.value)
    assert caught.value.__suppress_context__
    assert list(target.parent.iterdir()) == []


def test_a_place_that_is_no_folder_is_told(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be written"):
        get(tmp_path / "data" / "file.tar.gz", Mirror())
    assert [file.name for file in tmp_path.iterdir()] == ["data"]
