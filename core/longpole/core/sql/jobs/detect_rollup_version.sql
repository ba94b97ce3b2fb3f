-- Tells whether the rollup changed since it was last judged.
SELECT max(Version) AS Version FROM step_rollup_5m
