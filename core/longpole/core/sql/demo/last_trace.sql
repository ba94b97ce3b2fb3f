SELECT maxOrNull(Start) AS LastEnd
FROM traces
WHERE Project = 'default' AND Service IN ('support-desk', 'research', 'knowledge')
