"""How many rows of another table each row of a query has."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def how_many(rows: QuerySet, by: str) -> Coalesce:
    """Those whose foreign key ``by`` is the row of the query around it; 0 where there are none."""
    of_row = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(Subquery(of_row.annotate(count=Count("pk")).values("count")), 0)
