"""The rows of the five metric tables in a block of ResourceMetrics messages.

One insert meets five views. Each joins only the arrays that it needs, so that the points of the
other kinds are not copied.
"""

from __future__ import annotations

from dataclasses import dataclass

from longpole.core.otlp.fragments import (
    PROJECT,
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    attributes,
    hex_ids,
    instant,
    instants,
)


@dataclass(frozen=True)
class Kind:
    """A kind of metric: its member of the message, its table, its own columns."""

    member: str
    columns: str
    rest: tuple[str, ...] = ()  # members beside the data points

    @property
    def table(self) -> str:
        """The table of its data points."""
        return f"otel_metrics_{self.member}"


_EXEMPLARS = f"""
    arrayMap(x -> {attributes("x")}, p.exemplars.filtered_attributes)
        AS `Exemplars.FilteredAttributes`,
    {instants("p.exemplars.time_unix_nano")} AS `Exemplars.TimeUnix`,
    arrayMap((k, f, i) -> if(k = 'as_int', toFloat64(i), f), p.exemplars.value,
        p.exemplars.as_double, p.exemplars.as_int) AS `Exemplars.Value`,
    {hex_ids("p.exemplars.span_id", SPAN_ID_BYTES)} AS `Exemplars.SpanId`,
    {hex_ids("p.exemplars.trace_id", TRACE_ID_BYTES)} AS `Exemplars.TraceId`,"""
_NUMBER = f"""
    if(p.value = 'as_int', toFloat64(p.as_int), p.as_double) AS Value,{_EXEMPLARS}"""
_COUNTED = """
    p.count AS Count,
    p.sum AS Sum,"""
_ENDS = """
    p.min AS Min,
    p.max AS Max,"""
_TEMPORALITY = """
    aggregation_temporality AS AggregationTemporality,"""

KINDS = (
    Kind("gauge", _NUMBER),
    Kind(
        "sum",
        f"""{_NUMBER}{_TEMPORALITY}
    is_monotonic AS IsMonotonic,""",
        ("aggregation_temporality", "is_monotonic"),
    ),
    Kind(
        "histogram",
        f"""{_COUNTED}{_ENDS}
    p.bucket_counts AS BucketCounts,
    p.explicit_bounds AS ExplicitBounds,{_EXEMPLARS}{_TEMPORALITY}""",
        ("aggregation_temporality",),
    ),
    Kind(
        "exponential_histogram",
        f"""{_COUNTED}{_ENDS}
    p.scale AS Scale,
    p.zero_count AS ZeroCount,
    p.positive.offset AS PositiveOffset,
    p.positive.bucket_counts AS PositiveBucketCounts,
    p.negative.offset AS NegativeOffset,
    p.negative.bucket_counts AS NegativeBucketCounts,{_EXEMPLARS}{_TEMPORALITY}""",
        ("aggregation_temporality",),
    ),
    Kind(
        "summary",
        f"""{_COUNTED}
    p.quantile_values.quantile AS `ValueAtQuantiles.Quantile`,
    p.quantile_values.value AS `ValueAtQuantiles.Value`,""",
    ),
)


def points_select(kind: Kind, table: str) -> str:
    """The SELECT of the view on the input table that finds the points of one kind."""
    found = ("data_points", *kind.rest)
    return f"""SELECT
    ra AS ResourceAttributes,
    ru AS ResourceSchemaUrl,
    sn AS ScopeName,
    sv AS ScopeVersion,
    sa AS ScopeAttributes,
    sd AS ScopeDroppedAttrCount,
    su AS ScopeSchemaUrl,
    ra['service.name'] AS ServiceName,
    MetricName,
    MetricDescription,
    MetricUnit,
    {attributes("p.attributes")} AS Attributes,
    {instant("p.start_time_unix_nano")} AS StartTimeUnix,
    {instant("p.time_unix_nano")} AS TimeUnix,{kind.columns}
    p.flags AS Flags,
    Project
FROM (
    SELECT Project, ru, ra, sn, sv, sa, sd, su, MetricName, MetricDescription, MetricUnit,
        {_listed(kind.rest, "{0}, ", "")}arrayJoin(data_points) AS p
    FROM (
        SELECT Project, ru, ra, sn, sv, {attributes("sk")} AS sa, sd, su, names, descriptions,
            units, members, {_listed(found, "all_{0}")}
        FROM (
            SELECT {PROJECT} AS Project, schema_url AS ru,
                {attributes("resource.attributes")} AS ra, sn, sv, sk, sd, su, names,
                descriptions, units, members, {_listed(found, "all_{0}")}
            FROM {table}
            ARRAY JOIN
                scope_metrics.scope.name AS sn, scope_metrics.scope.version AS sv,
                scope_metrics.scope.attributes AS sk, scope_metrics.schema_url AS su,
                scope_metrics.scope.dropped_attributes_count AS sd,
                scope_metrics.metrics.name AS names,
                scope_metrics.metrics.description AS descriptions,
                scope_metrics.metrics.unit AS units, scope_metrics.metrics.data AS members,
                {_listed(found, f"scope_metrics.metrics.{kind.member}.{{0}} AS all_{{0}}")}
        )
    )
    ARRAY JOIN names AS MetricName, descriptions AS MetricDescription, units AS MetricUnit,
        members AS member, {_listed(found, "all_{0} AS {0}")}
    WHERE member = '{kind.member}'
)"""


def _listed(names: tuple[str, ...], form: str, separator: str = ", ") -> str:
    return separator.join(form.format(name) for name in names)
