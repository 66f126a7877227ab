"""Putting together what a CRM said of each of its records: a change says only what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sales.connecting.changes import Change, Values
from sales.models import Connection, SentRecord

MOST_UNSAID = 100
"""Changes kept of a record while too little is known of it to say any."""

Key = tuple[str, str]
"""Subject and id of a record."""


@dataclass(slots=True)
class Known:
    """A record as far as it was told, and ``news`` of it in the order they happened, also those
    that could not be said while too little was known; each with the number of its message."""

    record: SentRecord
    news: list[tuple[int, Change]] = field(default_factory=list)

    @property
    def values(self) -> Values:
        return {name: value for name, (value, _at) in self.record.values.items()}

    @property
    def times(self) -> dict[str, int]:
        """When each field was last changed, in milliseconds since 1970."""
        return {name: at for name, (_value, at) in self.record.values.items()}

    def learn(self, change: Change) -> None:
        """Of two values of a field the one that was set later stands, whichever came first."""
        for name, value in change.values.items():
            if change.at >= self.record.values.get(name, (None, 0))[1]:
                self.record.values[name] = [value, change.at]


def remember(connection: Connection, changes: Iterable[tuple[int, Change]]) -> list[Known]:
    """The records that were changed, each with all that is known of it now. Stored by ``keep``."""
    news: dict[Key, list[tuple[int, Change]]] = {}
    for number, change in changes:
        news.setdefault((change.subject, change.external_id), []).append((number, change))
    stored = _stored(connection, news)
    found = []
    for key, of_record in news.items():
        record = stored[key]
        every = [*_unsaid(record), *of_record]
        known = Known(record, sorted(every, key=lambda each: each[1].at))
        for _number, change in known.news:
            known.learn(change)
        found.append(known)
    return found


def _unsaid(record: SentRecord) -> list[tuple[int, Change]]:
    return [
        (
            number,
            Change(subject=record.subject, external_id=record.external_id, at=at, values=values),
        )
        for number, at, values in record.unsaid
    ]


def _stored(connection: Connection, keys: Iterable[Key]) -> dict[Key, SentRecord]:
    wanted = set(keys)
    SentRecord.objects.bulk_create(
        [
            SentRecord(connection=connection, subject=subject, external_id=external_id)
            for subject, external_id in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    found = connection.records.filter(
        subject__in={subject for subject, _ in wanted},
        external_id__in={external_id for _, external_id in wanted},
    )
    return {(each.subject, each.external_id): each for each in found}


def keep(known: Sequence[Known]) -> None:
    for each in known:
        waits = [] if each.record.complete else each.news[-MOST_UNSAID:]
        each.record.unsaid = [[number, said.at, said.values] for number, said in waits]
    SentRecord.objects.bulk_update(
        [each.record for each in known], ["values", "complete", "unsaid"], batch_size=200
    )
