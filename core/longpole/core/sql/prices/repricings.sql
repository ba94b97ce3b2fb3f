-- Requests to price history anew, the newest first.
SELECT
    RepricingId AS id, Project AS project, SinceNs AS since_ns, State AS state, Day AS day,
    AfterProject AS after_project, AfterNs AS after_ns, AfterTrace AS after_trace, Traces AS traces,
    ChangedSpans AS changed_spans, OldUsd AS old_usd, NewUsd AS new_usd, Failure AS failure,
    RequestedNs AS requested_ns, UpdatedNs AS updated_ns
FROM cost_repricings FINAL
ORDER BY RequestedNs DESC, RepricingId
LIMIT 100
