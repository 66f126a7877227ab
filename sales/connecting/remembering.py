"""Putting together what a CRM said of each of its records: a change says only what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sales.connecting.changes import Change, Values
from sales.models import Connection, SentRecord

Key = tuple[str, str]
"""Subject and id of a record."""


@dataclass(slots=True)
class Known:
    """A record as far as it was told, and ``news`` of it in the order they happened; each with the
    number of the message it came in. ``was_complete``: before them."""

    record: SentRecord
    was_complete: bool
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
        of_record.sort(key=lambda each: each[1].at)
        known = Known(record, record.complete, of_record)
        for _number, change in known.news:
            known.learn(change)
        found.append(known)
    return found


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
    SentRecord.objects.bulk_update(
        [each.record for each in known], ["values", "complete"], batch_size=500
    )
