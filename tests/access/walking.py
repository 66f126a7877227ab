"""Asking for an address as somebody, and what is wrong with the answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.core import mail
from django.db import connection, transaction
from django.http import HttpResponseBase

from jobs.models import Job
from tests.access.addresses import Address
from tests.access.seeding import Seeded
from tests.access.table import KEYS, NOBODY, READS, SIGNED, TABLE, WITHOUT_ACCOUNT, Row, may
from tests.access.words import words_in

QUIET = ('"django_session"', '"cache"', '"cache_charts"', "teams_apikey SET\n    requests")
"""Tables that a look may write to."""
PROBLEM = "application/problem+json"


@dataclass
class Heard:
    """What happened beside the answer: rows written, lines logged."""

    written: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def watch(self, execute: Any, sql: str, *rest: Any) -> Any:
        verb = sql.lstrip("( ").partition(" ")[0].upper()
        if verb in {"INSERT", "UPDATE", "DELETE"} and not any(table in sql for table in QUIET):
            self.written.append(sql)
        return execute(sql, *rest)


class Listening(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.logged.append(record.getMessage())


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear everything that is written and logged inside; afterwards nothing has been written."""
    heard = Heard()
    handler, root = Listening(heard), logging.getLogger()
    root.addHandler(handler)
    try:
        with transaction.atomic(), connection.execute_wrapper(heard.watch):
            yield heard
            transaction.set_rollback(True)
    finally:
        root.removeHandler(handler)


@dataclass
class Walk:
    """A walk through one world; each step leaves it as it was."""

    here: Seeded
    missing: dict[str, bytes] = field(default_factory=dict)

    def wrongs(self, persona: str, name: str, method: str, address: Address) -> list[str]:
        """What is wrong when ``persona`` asks for ``address``; nothing, if all is right."""
        with listening() as heard:
            answer, text = self._ask(persona, method, address, TABLE[name])
            allowed = may(persona, name, method, address.team, address.child)
            does = allowed and method == "POST"
            jobs = [str(job.args) for job in Job.objects.waiting()] if does else []
        found = [*self._words(persona, name, address, text, heard, jobs)]
        if allowed:
            found += self._allowed(name, method, address, answer, text)
        else:
            found += self._refused(persona, name, method, answer, heard)
        if method not in {"POST", "PUT"} and heard.written:
            found.append(f"looking wrote: {heard.written[0][:80]}")
        where = f"{persona} {method} {address.path} ({address.team}, {address.child})"
        return [f"{where}: {wrong}" for wrong in found]

    def _ask(
        self, persona: str, method: str, address: Address, row: Row
    ) -> tuple[HttpResponseBase, str]:
        client = self.here.clients[persona]
        root = self.here.teams.get(address.team)
        said = {
            key: root.pk if value == "@team" and root else value for key, value in row.data.items()
        }
        sent = {"data": row.sent or said} if method == "POST" else {}
        if sent and row.sent:
            sent["content_type"] = "application/json"
        mail.outbox.clear()
        answer = getattr(client, method.lower())(address.path, **sent)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        told = f"{answer.headers} {answer.cookies} {[str(each.message()) for each in mail.outbox]}"
        if answer.cookies:
            client.cookies = SimpleCookie(self.here.cookies[persona])
        return answer, f"{told} {body.decode()}"

    def _words(
        self, persona: str, name: str, address: Address, text: str, heard: Heard, jobs: list[str]
    ) -> Iterator[str]:
        asked, homes = words_in(address.path), self.here.words.homes
        tells = TABLE[name].tells if address.child in TABLE[name].only else frozenset()
        for word in homes.keys() & words_in(text) - asked:
            if homes[word] not in READS[persona] | tells:
                yield f"reads a word of {homes[word]}"
        for word in homes.keys() & words_in(*heard.logged) - asked:
            yield f"a log line holds a word of {homes[word]}"
        for word in homes.keys() & words_in(*jobs):
            yield f"a job's arguments hold a word of {homes[word]}"

    def _allowed(
        self, name: str, method: str, address: Address, answer: HttpResponseBase, text: str
    ) -> Iterator[str]:
        row = TABLE[name]
        if answer.status_code not in row.answers:
            yield f"is allowed but answered {answer.status_code}"
        if "/accounts/login/" in answer.headers.get("Location", ""):
            yield "is allowed but asked to sign in"
        label = {"team": address.team, "child": address.child}.get(row.shows)
        if label and method == "GET" and self.here.homes[label] not in self._shown(text):
            yield f"shows nothing of {label}"

    def _shown(self, text: str) -> set[str]:
        return self.here.words.homes_in(text)

    def _refused(
        self, persona: str, name: str, method: str, answer: HttpResponseBase, heard: Heard
    ) -> Iterator[str]:
        """Signed out one is sent to sign in; else what is hidden reads as what does not exist."""
        if heard.written:
            yield f"is refused but wrote: {heard.written[0][:80]}"
        if answer.status_code == 405 or name.startswith(("account_", "mfa_")):
            return
        if name.startswith("api:"):
            yield from self._refused_program(persona, name, answer)
            return
        if persona in WITHOUT_ACCOUNT and name != "invitation":
            if not answer.headers.get("Location", "").startswith("/accounts/login/?next="):
                yield f"is not asked to sign in but answered {answer.status_code}"
        elif answer.status_code != 404:
            yield f"is refused but answered {answer.status_code}"
        elif {name, method}.isdisjoint({"invitation", "HEAD"}) and (
            answer.content != self._missing(persona)
        ):
            yield "reads differently from what does not exist"

    def _refused_program(self, persona: str, name: str, answer: HttpResponseBase) -> Iterator[str]:
        """Without a key 401, without the scope 403, where there is nothing 404."""
        row, held = TABLE[name], KEYS.get(persona, set())
        if row.post == SIGNED:
            held = set()
        known = {401} if not held else {404} if held >= {row.get, row.post} - {NOBODY} else {403}
        if answer.status_code not in known or answer.headers.get("Content-Type") != PROBLEM:
            yield f"is refused but answered {answer.status_code} and not {known}"

    def _missing(self, persona: str) -> bytes:
        """How an address that nobody ever made reads."""
        if persona not in self.missing:
            with listening():
                answer = self.here.clients[persona].get("/nothing/here/")
            assert answer.status_code == 404
            self.missing[persona] = answer.content
        return self.missing[persona]
