"""What a row about an opportunity says: in a file with a row for each, and in a log."""

from collections.abc import Iterable
from collections.abc import Set as AnySet
from dataclasses import dataclass, field

from sales.importing.checking import Checker, Step
from sales.importing.fields import Moment
from sales.importing.stories import Event, Stories


@dataclass(slots=True)
class OpportunityRow:
    """What a good row says. Fields that are not mapped keep these."""

    external_id: str = ""
    name: str = ""
    account: str = ""
    product: str = ""
    amount: int | None = None
    currency: str = ""
    created: Moment | None = None
    is_test: bool = False
    deleted: bool = False
    merged_into: str = ""
    owner: str = ""
    person: int | None = None
    events: list[Event] = field(default_factory=list)
    ignored: bool = False


class OpportunityChecker(Checker[OpportunityRow]):
    empty = OpportunityRow

    def prepare(self, header: list[str]) -> None:
        self.stories = Stories(self.mapping, self.fields, header, self.around.now)

    def steps(self) -> Iterable[tuple[Step[OpportunityRow], AnySet[str]]]:
        return (
            (self._identity, {"id"}),
            (self._texts, {"name", "account", "product"}),
            (self._created, {"created_at"}),
            (self._flags, {"is_test", "deleted"}),
            (self._merged, {"merged_into"}),
            (self._money, {"amount", "currency"}),
            (self._owner, {"owner"}),
            (self._story, {"stage"}),
        )

    def _identity(self, row: OpportunityRow, cells: list[str]) -> None:
        row.external_id = self.fields.required("id", cells)

    def _texts(self, row: OpportunityRow, cells: list[str]) -> None:
        row.name = self.fields.text("name", cells)
        row.account = self.fields.text("account", cells)
        row.product = self.fields.text("product", cells)

    def _created(self, row: OpportunityRow, cells: list[str]) -> None:
        text = self.fields.text("created_at", cells)
        if text:
            row.created = self.fields.moment(self.fields.columns["created_at"], text)

    def _flags(self, row: OpportunityRow, cells: list[str]) -> None:
        row.is_test = self.fields.flag("is_test", cells)
        row.deleted = self.fields.flag("deleted", cells)

    def _merged(self, row: OpportunityRow, cells: list[str]) -> None:
        row.merged_into = self.merged_into(row.external_id, cells)

    def _money(self, row: OpportunityRow, cells: list[str]) -> None:
        row.amount, row.currency = self.fields.money(cells)

    def _owner(self, row: OpportunityRow, cells: list[str]) -> None:
        row.owner, row.person = self.owner(cells)

    def _story(self, row: OpportunityRow, cells: list[str]) -> None:
        events = self.stories.read(cells, row.created)
        if events is None:
            row.ignored = True
        else:
            row.events = events
