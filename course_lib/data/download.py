"""Download a file of known md5 from the first mirror that serves it, and go on after a break."""

import re
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from io import FileIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tqdm.auto import tqdm

from course_lib.data.archive import md5
from course_lib.data.errors import DataError

TIMEOUT = 20  # seconds without a byte
BLOCK = 1 << 16


class MirrorFailed(Exception):
    """This mirror cannot help; the next one may."""


class Unreachable(Exception):
    """No mirror could help; the message holds one line a mirror with its reason."""


def fetch(target: Path, mirrors: Sequence[str], digest: str, size: int) -> None:
    """Bring a file of ``size`` bytes and md5 ``digest`` to ``target``, asking the mirrors in turn.

    What has arrived waits in ``<target>.part``; the next mirror, or the next call, goes on from
    there (HTTP Range). A whole file with another md5 is deleted. Raises ``Unreachable`` if no
    mirror helps, and ``DataError`` if the disk takes no more (then nothing is left behind).
    """
    part = target.with_name(target.name + ".part")
    reasons = []
    for url in mirrors:
        try:
            _from_mirror(url, part, digest, size)
            part.replace(target)
            return
        except MirrorFailed as error:
            reasons.append(f"{urlsplit(url).netloc}: {error}")
    raise Unreachable("\n".join(f"  {reason}" for reason in reasons))


def _from_mirror(url: str, part: Path, digest: str, size: int) -> None:
    resumed = part.exists()
    _request(url, part, size)
    found = md5(part)
    if found == digest:
        return
    part.unlink()
    if resumed:  # the bytes from before may be the bad ones: once more from the start
        return _from_mirror(url, part, digest, size)
    raise MirrorFailed(f"sent a file with md5 {found}, expected {digest}; it was deleted")


def _request(url: str, part: Path, size: int) -> None:
    """Append to ``part`` until it holds ``size`` bytes."""
    have = part.stat().st_size if part.exists() else 0
    if have >= size:
        return
    request = Request(url, headers={"Range": f"bytes={have}-", "User-Agent": "course_lib"})
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            _receive(response, part, _start(response, have, size), size)
    except HTTPError as error:
        raise MirrorFailed(f"HTTP {error.code} {error.reason}") from None
    except (OSError, HTTPException) as error:
        raise MirrorFailed(str(getattr(error, "reason", error)) or type(error).__name__) from None
    have = part.stat().st_size
    if have != size:
        raise MirrorFailed(f"the connection ended at {have:,} of {size:,} bytes")


def _start(response: HTTPResponse, have: int, size: int) -> int:
    """Return the offset of the first byte that the answer carries, if it is our file's."""
    start = 0
    if response.status == 206:
        stated = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        start = int(stated[1]) if stated else -1
    if start not in (0, have):
        raise MirrorFailed(f"sent another part of the file than asked for (from byte {have:,})")
    if start + (response.length or 0) != size:
        # A login page, or another file: what has arrived so far must not be overwritten by it.
        raise MirrorFailed(f"offers {start + (response.length or 0):,} bytes, expected {size:,}")
    return start


def _receive(response: HTTPResponse, part: Path, start: int, size: int) -> None:
    host = urlsplit(response.url).netloc
    bar = tqdm(
        total=size, initial=start, unit="B", unit_scale=True, desc=f"Downloading from {host}"
    )
    with bar, _open(part, start) as file:
        while block := response.read(BLOCK):
            _write(file, block, part)
            bar.update(len(block))


def _open(part: Path, start: int) -> FileIO:
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        # Unbuffered, so that a full disk shows at the block that it refuses.
        return part.open("ab" if start else "wb", buffering=0)
    except OSError as error:
        raise _disk_error(part, error) from None


def _write(file: FileIO, block: bytes, part: Path) -> None:
    rest = memoryview(block)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        part.unlink()
        raise _disk_error(part, error) from None


def _disk_error(part: Path, error: OSError) -> DataError:
    return DataError(
        f"{part} cannot be written: {error.strerror}. CIFAR-10 and its decoded copy need about "
        "360 MB, Fashion-MNIST 31 MB. Free some space, or, for CIFAR-10, set COURSE_DATA to a "
        "folder with room. Nothing was left behind."
    )
