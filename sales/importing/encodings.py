"""In which encoding the text of a file is written, found by looking at every byte of it."""

import codecs
import re
from dataclasses import dataclass
from typing import IO

import charset_normalizer

from sales.importing.problems import unreadable

CHUNK = 1 << 20
SAMPLE = 65_536
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")
ESCAPED = re.compile("[\udc80-\udcff]")
"""What ``surrogateescape`` makes of bytes that are no text."""

ONE_BYTE = "cp1252"
OTHERS = ("cp1250", "cp1251", "cp1253", "cp1254", "cp932", "cp949", "big5", "gb18030")


@dataclass(frozen=True, slots=True)
class Found:
    """``is_clean``: every byte is text, so that rows need not be looked at one by one."""

    encoding: str
    is_clean: bool


def find_encoding(raw: IO[bytes], *, stated: str = "") -> Found:
    """UTF-16 by its mark, UTF-8 with or without one, else the likeliest one-byte encoding.

    A file with more good UTF-8 than bad is UTF-8 with broken rows. Raises UnreadableFile for what
    is not text or holds nothing.
    """
    head = raw.read(CHUNK)
    if not head.strip():
        raise unreadable("empty_file")
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = codecs.lookup(stated).name if stated else "utf-16" if marked else ""
    if not encoding.startswith("utf-16") and CONTROLS.intersection(head):
        raise unreadable("not_text")
    if encoding:
        return Found(encoding, is_clean=False)
    return _utf8_or_one_byte(raw, head)


def _utf8_or_one_byte(raw: IO[bytes], head: bytes) -> Found:
    decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
    good = bad = zeros = 0
    sample = bytearray()
    chunk = head
    while chunk:
        text = decoder.decode(chunk)
        zeros += chunk.count(0)
        if not text.isascii():
            broken = len(ESCAPED.findall(text))
            bad += broken
            good += len(text) - len(text.encode("ascii", "ignore")) - broken
            if len(sample) < SAMPLE:
                sample += b"\n".join(line for line in chunk.splitlines() if not line.isascii())
        chunk = raw.read(CHUNK)
    bad += len(ESCAPED.findall(decoder.decode(b"", final=True)))
    if bad > good:
        return Found(_one_byte(bytes(sample[:SAMPLE])), is_clean=False)
    return Found("utf-8-sig", is_clean=not bad and not zeros)


def _one_byte(sample: bytes) -> str:
    """Western European unless another is likelier; for a few words they cannot be told apart."""
    found = list(charset_normalizer.from_bytes(sample, cp_isolation=[ONE_BYTE, *OTHERS]))
    likeliest = [each for each in found if each.chaos <= found[0].chaos]
    if not found or any(ONE_BYTE in each.could_be_from_charset for each in likeliest):
        return ONE_BYTE
    return found[0].encoding
