"""The metrics, declared. Adding one is adding an entry: pages, commands, CSV, snapshots and the
glossary all read this list."""

from dataclasses import dataclass, replace
from hashlib import sha256

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from metrics.atoms import Atoms
from metrics.lead_atoms import ASSIGNMENT_LEG, LEADS, REP_LEG, RESPONSES
from metrics.measures import KaplanMeier, Measure, Median, Rate, WeightedRate
from metrics.opportunity_atoms import CLOSES, COHORT, CYCLES, STAGES, STARTS, WON

MICROSECONDS_IN_DAY = 86_400_000_000
MICROSECONDS_IN_MINUTE = 60_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What the two outcomes of a row are called; ``column`` is the name of a hit in CSV."""

    hit: str | Promise
    miss: str | Promise
    column: str


OF_A_CLOSE = Outcomes(hit=_("won"), miss=_("lost"), column="won")
OF_A_DEAL = Outcomes(hit=_("won"), miss=_("not won"), column="won")
OF_A_LEAD = Outcomes(hit=_("in time"), miss=_("not in time"), column="in_time")
OF_A_STAGE = Outcomes(hit=_("went on"), miss=_("did not go on"), column="went_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number with its definition.

    ``unit`` is ``percent``, ``days`` or ``minutes``; ``better`` says which direction is good news.
    ``companion_of`` names the headline it is shown beside. Where it can be read at a single stage,
    ``stages`` are the atoms of that. Only what is ``kept`` has snapshots; those of ``same_as``, if
    that is the same number under another name. ``outcomes`` says what becomes of a row.
    """

    slug: str
    title: str | Promise
    question: str | Promise
    definition: str | Promise
    unit: str
    better: str
    version: int
    atoms: Atoms
    measure: Measure
    companion_of: str = ""
    stages: Atoms | None = None
    kept: bool = True
    same_as: "Metric | None" = None
    outcomes: Outcomes = OF_A_CLOSE

    @property
    def kept_as(self) -> "Metric":
        """The metric whose snapshots are this one's."""
        return self.same_as or self

    @property
    def is_of_leads(self) -> bool:
        return self.atoms.subject is LEADS

    @property
    def has_target(self) -> bool:
        """Whether a hit is one within the organisation's target of working time."""
        return self.slug == "lead-response-sla"

    @property
    def is_headline(self) -> bool:
        return not self.companion_of


WIN_RATE = Metric(
    slug="win-rate",
    title=_("Win rate"),
    question=_("Of the opportunities that were decided, how many did we win?"),
    definition=_(
        "Opportunities won, divided by those won or lost, counted in the period of their close. "
        "The close in force counts: of a re-opened deal, the last one; while it is open again it "
        "is left out. A deal disqualified before it reached stage 2 is left out; after that it is "
        "a loss. Open deals never count. A deal belongs to the owner at its close and to the team "
        "the owner was in then."
    ),
    unit="percent",
    better="up",
    version=1,
    atoms=CLOSES,
    measure=Rate(),
)

SALES_CYCLE = Metric(
    slug="sales-cycle",
    title=_("Sales cycle length"),
    question=_("How long does it take from first contact to a won deal?"),
    definition=_(
        "Days from first contact (the first entry into stage 1) to the close in force, over the "
        "deals won in the period: elapsed seconds divided by 86,400, so hours count. The median is "
        "what a typical deal takes; the mean stands beside it. A deal whose first contact is not "
        "recorded, or without its date, starts at its creation and is marked so; where that is "
        "unknown too, when it was first seen in stage 1. Deals that would take less than no time "
        "are listed as errors and left out. A deal belongs to the owner at its close."
    ),
    unit="days",
    better="down",
    version=2,
    atoms=CYCLES,
    measure=Median(divisor=MICROSECONDS_IN_DAY),
)

WIN_RATE_STRICT = Metric(
    slug="win-rate-strict",
    title=_("Win rate, strict"),
    question=_("And if every disqualified deal were a loss?"),
    definition=_("As win rate, with every disqualified deal counted as lost."),
    unit="percent",
    better="up",
    version=1,
    atoms=CLOSES,
    measure=Rate(also=("disqualified",)),
    companion_of="win-rate",
)

WIN_RATE_VALUE = Metric(
    slug="win-rate-value",
    title=_("Win rate by value"),
    question=_("Of the money that was decided, how much did we win?"),
    definition=_(
        "Amounts won divided by amounts won or lost, in the organisation's currency. Deals without "
        "an amount in that currency are out and counted as excluded. Where no lost deal has an "
        "amount above 0 in it, this is 100 %, whatever was lost; the number’s page says so."
    ),
    unit="percent",
    better="up",
    version=1,
    atoms=CLOSES,
    measure=WeightedRate(),
    companion_of="win-rate",
)

WIN_RATE_COHORT = Metric(
    slug="win-rate-cohort",
    title=_("Won within 180 days of first contact"),
    question=_("Of the opportunities first contacted in the period, how many were won in time?"),
    definition=_(
        "Opportunities won less than 180 days after first contact, divided by all first contacted "
        "in the period whose 180 days are over. The others are pending, whatever became of them."
    ),
    unit="percent",
    better="up",
    version=2,
    atoms=COHORT,
    measure=Rate(),
    outcomes=OF_A_DEAL,
    companion_of="win-rate",
)

WIN_RATE_BY_START = Metric(
    slug="win-rate-by-start",
    title=_("Won of those begun and decided"),
    question=_("Of those first contacted in the period and decided, how many were won?"),
    definition=_(
        "As win rate, counted in the period of first contact instead of the close. Young periods "
        "hold only what was decided fast; the number within 180 days does not have that fault."
    ),
    unit="percent",
    better="up",
    version=2,
    atoms=STARTS,
    measure=Rate(),
    companion_of="win-rate",
)

STAGE_CONVERSION = Metric(
    slug="stage-conversion",
    title=_("Stage conversion"),
    question=_("Of the opportunities first contacted, how many went all the way?"),
    definition=_(
        "Overall: opportunities won less than 180 days after first contact, divided by all first "
        "contacted in the period whose 180 days are over. At a stage: those that went further less "
        "than 90 days after they first entered it, divided by all that first entered it in the "
        "period and whose 90 days are over. A stage that was moved over counts as entered at that "
        "moment; steps back and second entries change nothing; who begins at a later stage never "
        "was in those before it. The overall number is not the product of the stages: each counts "
        "other opportunities. An opportunity belongs to the owner at the entry."
    ),
    unit="percent",
    better="up",
    version=1,
    atoms=WIN_RATE_COHORT.atoms,
    measure=WIN_RATE_COHORT.measure,
    same_as=WIN_RATE_COHORT,
    outcomes=OF_A_DEAL,
    stages=STAGES,
)

LEAD_RESPONSE_SLA = Metric(
    slug="lead-response-sla",
    title=_("Leads answered in time"),
    question=_("Of the leads that came in, how many were answered within the target?"),
    definition=_(
        "Leads answered within the organisation’s target of working time, divided by all that came "
        "in during the period and whose target has run out. Unanswered leads, also those closed "
        "unanswered, are misses. The answer is the first call, email, message or booked meeting "
        "by a person; notes, changes of status and automated mails are none. The clock runs from "
        "arrival, not from assignment, by the working hours and holidays of whom the lead was "
        "given to first. A lead belongs to its owner at the answer; unanswered, to its owner now."
    ),
    unit="percent",
    better="up",
    version=1,
    atoms=RESPONSES,
    measure=Rate(),
    outcomes=OF_A_LEAD,
)

LEAD_RESPONSE_MEDIAN = Metric(
    slug="lead-response-median",
    title=_("Median response time"),
    question=_("After how many working minutes is half of the leads answered?"),
    definition=_(
        "Kaplan-Meier median of the working time from arrival to the answer, over all leads that "
        "came in during the period: those that wait count as waiting until now, those closed "
        "unanswered until they were closed. So slow and forgotten leads are not left out, as they "
        "are from an average of those answered. Where half are never answered there is no median. "
        "The time after which 90 % are answered stands beside it."
    ),
    unit="minutes",
    better="down",
    version=1,
    atoms=RESPONSES,
    measure=KaplanMeier(divisor=MICROSECONDS_IN_MINUTE),
    kept=False,
    outcomes=OF_A_LEAD,
    companion_of="lead-response-sla",
)

LEAD_ASSIGNMENT_LEG = Metric(
    slug="lead-assignment-leg",
    title=_("Until somebody was given the lead"),
    question=_("How much of the response time passed before anybody was given the lead?"),
    definition=_(
        "Working minutes from arrival to the first assignment, over leads that were answered and "
        "given to somebody. With the time from there to the answer it adds up to the response "
        "time, lead by lead, and so do the means."
    ),
    unit="minutes",
    better="down",
    version=1,
    atoms=ASSIGNMENT_LEG,
    measure=Median(divisor=MICROSECONDS_IN_MINUTE),
    companion_of="lead-response-sla",
)

LEAD_REP_LEG = Metric(
    slug="lead-rep-leg",
    title=_("From there to the answer"),
    question=_("How long did those take who were given the lead?"),
    definition=_(
        "Working minutes from the first assignment to the answer, over leads that were answered "
        "and given to somebody; none where it was answered before."
    ),
    unit="minutes",
    better="down",
    version=1,
    atoms=REP_LEG,
    measure=Median(divisor=MICROSECONDS_IN_MINUTE),
    companion_of="lead-response-sla",
)

METRICS = (
    WIN_RATE,
    SALES_CYCLE,
    STAGE_CONVERSION,
    LEAD_RESPONSE_SLA,
    WIN_RATE_STRICT,
    WIN_RATE_VALUE,
    WIN_RATE_COHORT,
    WIN_RATE_BY_START,
    LEAD_RESPONSE_MEDIAN,
    LEAD_ASSIGNMENT_LEG,
    LEAD_REP_LEG,
)
ATOMS = tuple(
    dict.fromkeys(
        atoms for metric in METRICS for atoms in (metric.atoms, metric.stages) if atoms is not None
    )
)
DEFINITIONS = sha256(
    " ".join(f"{each.slug}.{each.version}" for each in METRICS).encode()
).hexdigest()
"""Stands for all definitions as this process has them."""

BY_SLUG = {metric.slug: metric for metric in METRICS}
HEADLINES = tuple(metric for metric in METRICS if metric.is_headline)


def companions(metric: Metric) -> tuple[Metric, ...]:
    return tuple(each for each in METRICS if each.companion_of == metric.slug)


def in_pipeline(metric: Metric, pipeline: int | None) -> Metric:
    """The metric of one pipeline alone; None is of all. Leads are in none."""
    if pipeline is None or metric.is_of_leads:
        return metric
    stages = replace(metric.stages, pipeline=pipeline) if metric.stages else None
    atoms = replace(metric.atoms, pipeline=pipeline)
    return replace(metric, atoms=atoms, stages=stages, kept=False)


def at_stage(metric: Metric, *, pipeline: int, position: int, name: str) -> Metric:
    """The metric read at one stage of a pipeline; it has rows and readings like any other.

    Raises LookupError for a metric without stages.
    """
    if metric.stages is None:
        raise LookupError(f"{metric.slug} has no stages.")
    atoms = replace(metric.stages, pipeline=pipeline, stage=position)
    title = _("%(metric)s: %(stage)s") % {"metric": metric.title, "stage": name}
    won = position == WON
    return replace(
        metric,
        title=title,
        question=_("Of those that entered this stage, how many went on?"),
        atoms=atoms,
        kept=False,
        outcomes=OF_A_DEAL if won else OF_A_STAGE,
    )
