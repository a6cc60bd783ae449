-- SPDX-License-Identifier: GPL-3.0-or-later
-- The public interface of a results database. results/README.md explains each view with an example.
--
-- Statistics are over replications: the mean of the runs' values, and t(n-1) * s / sqrt(n) as half-width. Only runs
-- with outcome 'ok' enter; how many were left out is in v_design. Numbers are printed with six significant digits.

-- A point with the names a reader wants. Not for readers: the other views are made of it.
CREATE VIEW v_point AS
SELECT p.point_id, p.study_id, s.name AS study, p.design, p.position, p.feasible, p.why,
       coalesce((SELECT group_concat(f.path || '=' || f.value, ', ')
                   FROM (SELECT path, value FROM factor WHERE point_id = p.point_id ORDER BY path) AS f), '') AS factors
  FROM point AS p JOIN study AS s USING (study_id);

-- One row a run.
CREATE VIEW v_run AS
SELECT p.study, p.design, p.factors, r.replication, r.outcome, r.why, r.events, r.packet_hops,
       CAST(printf('%.4g', r.wall_s) AS REAL) AS wall_s, r.fingerprint, r.run_id
  FROM run AS r JOIN v_point AS p USING (point_id)
 ORDER BY p.point_id, r.replication;

-- One row a design and combination of factors: how many runs entered the means, how many did not.
CREATE VIEW v_design AS
SELECT p.study, p.design, p.factors, p.position, p.feasible, p.why,
       count(r.run_id) AS runs, coalesce(sum(r.outcome = 'ok'), 0) AS ok,
       coalesce(sum(r.outcome = 'unstable'), 0) AS unstable, coalesce(sum(r.outcome = 'deadlock'), 0) AS deadlock,
       coalesce(sum(r.outcome = 'broken'), 0) AS broken, coalesce(sum(r.outcome = 'failed'), 0) AS failed
  FROM v_point AS p LEFT JOIN run AS r USING (point_id)
 GROUP BY p.point_id ORDER BY p.point_id;

-- Each statistic of each metric of each ok run beside its mean over the runs: what half-widths are computed from.
CREATE VIEW v_sample AS
SELECT r.point_id, r.replication, s.entity_id, s.metric_id, s.n AS observations, s.mean, s.min, s.max,
       s.p50, s.p95, s.p99, s.p999,
       avg(s.mean) OVER w AS mean_mean, avg(s.p50) OVER w AS p50_mean, avg(s.p95) OVER w AS p95_mean,
       avg(s.p99) OVER w AS p99_mean, avg(s.p999) OVER w AS p999_mean, avg(s.max) OVER w AS max_mean
  FROM summary AS s JOIN run AS r USING (run_id)
 WHERE r.outcome = 'ok'
WINDOW w AS (PARTITION BY s.entity_id, s.metric_id);

-- One row a metric of an entity of a design: over its runs.
CREATE VIEW v_metric AS
SELECT p.study, p.design, p.factors, e.path AS entity, e.kind, m.name AS metric, m.unit, a.n,
       CAST(printf('%.6g', a.mean) AS REAL) AS mean,
       CASE WHEN a.p50 IS NOT NULL THEN CAST(printf('%.6g', a.p50) AS REAL) END AS p50,
       CASE WHEN a.p95 IS NOT NULL THEN CAST(printf('%.6g', a.p95) AS REAL) END AS p95,
       CASE WHEN a.p99 IS NOT NULL THEN CAST(printf('%.6g', a.p99) AS REAL) END AS p99,
       CASE WHEN a.p999 IS NOT NULL THEN CAST(printf('%.6g', a.p999) AS REAL) END AS p999,
       CASE WHEN a.n > 1 THEN CAST(printf('%.3g', t.t * a.s_mean / sqrt(a.n)) AS REAL) END AS half_width,
       CASE WHEN a.n > 1 AND a.p99 IS NOT NULL
            THEN CAST(printf('%.3g', t.t * a.s_p99 / sqrt(a.n)) AS REAL) END AS p99_half_width
  FROM (SELECT point_id, entity_id, metric_id, count(*) AS n, avg(mean) AS mean, avg(p50) AS p50, avg(p95) AS p95,
               avg(p99) AS p99, avg(p999) AS p999,
               sqrt(sum((mean - mean_mean) * (mean - mean_mean)) / max(count(*) - 1, 1)) AS s_mean,
               sqrt(sum((p99 - p99_mean) * (p99 - p99_mean)) / max(count(*) - 1, 1)) AS s_p99
          FROM v_sample GROUP BY entity_id, metric_id) AS a
  JOIN v_point AS p USING (point_id) JOIN entity AS e USING (entity_id) JOIN metric AS m USING (metric_id)
  LEFT JOIN t_quantile AS t ON t.df = min(a.n - 1, 200)
 ORDER BY p.point_id, e.entity_id, m.name;

-- Mean and p99 of ok runs as rows, with the names of entity and metric. Not for readers: v_compare is made of it.
CREATE VIEW v_paired AS
SELECT r.point_id, r.replication, e.kind, e.path, s.metric_id, 'mean' AS stat, s.mean AS x
  FROM summary AS s JOIN run AS r USING (run_id) JOIN entity AS e USING (entity_id)
 WHERE r.outcome = 'ok' AND e.kind IN ('vms', 'array', 'transport', 'total')
 UNION ALL
SELECT r.point_id, r.replication, e.kind, e.path, s.metric_id, 'p99', s.p99
  FROM summary AS s JOIN run AS r USING (run_id) JOIN entity AS e USING (entity_id)
 WHERE r.outcome = 'ok' AND e.kind IN ('vms', 'array', 'transport', 'total') AND s.p99 IS NOT NULL;

-- Each design against the first design of the scenario, replication by replication: both saw the same workload.
CREATE VIEW v_compare AS
SELECT study, design, baseline, factors, entity, kind, metric, unit, stat, n,
       CAST(printf('%.6g', base) AS REAL) AS baseline_value,
       CAST(printf('%.6g', value) AS REAL) AS value,
       CAST(printf('%.6g', value - base) AS REAL) AS difference,
       CASE WHEN n > 1 THEN CAST(printf('%.3g', t * sqrt(squares / (n - 1) / n)) AS REAL) END AS half_width,
       CASE WHEN base <> 0 THEN CAST(printf('%.4g', (value - base) / base) AS REAL) END AS relative
  FROM (SELECT c.*, m.name AS metric, m.unit, q.t
          FROM (SELECT study, design, baseline, factors, point_id, path AS entity, kind, metric_id, stat, count(*) AS n,
                       avg(x0) AS base, avg(x) AS value, sum((d - d_mean) * (d - d_mean)) AS squares
                  FROM (SELECT p.study, p.design, b.design AS baseline, p.factors, p.point_id, x.path, x.kind,
                               x.metric_id, x.stat, x.x, y.x AS x0, x.x - y.x AS d,
                               avg(x.x - y.x) OVER (PARTITION BY p.point_id, x.kind, x.path, x.metric_id, x.stat)
                                 AS d_mean
                          FROM v_point AS p
                          JOIN v_point AS b ON b.study_id = p.study_id AND b.factors = p.factors AND b.position = 0
                          JOIN v_paired AS x ON x.point_id = p.point_id
                          JOIN v_paired AS y ON y.point_id = b.point_id AND y.replication = x.replication
                               AND y.kind = x.kind AND y.path = x.path AND y.metric_id = x.metric_id
                               AND y.stat = x.stat
                         WHERE p.position > 0)
                 GROUP BY point_id, kind, path, metric_id, stat) AS c
          JOIN metric AS m USING (metric_id)
          LEFT JOIN t_quantile AS q ON q.df = min(c.n - 1, 200))
 ORDER BY point_id, kind, entity, metric, stat;

-- What is bought for a design, and what it costs.
CREATE VIEW v_bom AS
SELECT p.study, p.design, p.factors, b.component, b.item, b.description, b.quantity, b.unit_usd,
       (b.quantity - b.owned) * b.unit_usd AS usd, b.quantity * b.watts AS watts,
       b.quantity * b.rack_units AS rack_units, b.source, b.owned
  FROM bom AS b JOIN v_point AS p USING (point_id)
 ORDER BY p.point_id, b.component, b.item;

CREATE VIEW v_cost AS
SELECT p.study, p.design, p.factors, c.name, c.unit, CAST(printf('%.9g', c.value) AS REAL) AS value
  FROM cost AS c JOIN v_point AS p USING (point_id)
 ORDER BY p.point_id, c.rowid;

-- The cost of a design year by year; of growth, what is bought when.
CREATE VIEW v_cost_year AS
SELECT p.study, p.design, p.factors, y.year, y.capex_usd, y.energy_usd, y.space_usd, y.admin_usd, y.maintenance_usd,
       y.residual_usd, y.factor, y.total_usd, y.book_usd
  FROM cost_year AS y JOIN v_point AS p USING (point_id)
 ORDER BY p.point_id, y.year;

CREATE VIEW v_growth AS
SELECT p.study, p.design, p.factors, g.year, g.vms, g.servers, g.usd, g.total_usd, g.bought
  FROM growth AS g JOIN v_point AS p USING (point_id)
 ORDER BY p.point_id, g.year;

-- What uncertain prices do to the difference between the two cheapest designs.
CREATE VIEW v_tornado AS
SELECT p.study, p.design, a.design AS against, p.factors, t.name, t.p10, t.p50, t.p90, t.low_usd, t.high_usd,
       t.median_usd, abs(t.high_usd - t.low_usd) AS swing_usd
  FROM tornado AS t JOIN v_point AS p USING (point_id) JOIN point AS a ON a.point_id = t.against_id
 ORDER BY p.point_id, swing_usd DESC, t.name;

-- Where the cheapest design changes; a curve on which it never does has one row without x, design_from is the cheapest.
CREATE VIEW v_breakeven AS
SELECT c.curve_id, c.what, c.unit, c.now, c.low, c.high, x.x, coalesce(f.design, '') AS design_from,
       coalesce(t.design, '') AS design_to
  FROM (SELECT curve_id, what, unit, now, min(x) AS low, max(x) AS high FROM curve GROUP BY curve_id) AS c
  LEFT JOIN crossing AS x USING (curve_id)
  LEFT JOIN point AS f ON f.point_id = CASE WHEN x.x IS NOT NULL THEN x.from_id
       ELSE (SELECT y.point_id FROM curve AS y WHERE y.curve_id = c.curve_id AND y.x = c.low
              ORDER BY y.total_usd IS NULL, y.total_usd LIMIT 1) END
  LEFT JOIN point AS t ON t.point_id = x.to_id
 ORDER BY c.curve_id, x.number;

CREATE VIEW v_curve AS
SELECT p.study, p.design, c.curve_id, c.what, c.unit, c.now, c.x, c.total_usd
  FROM curve AS c JOIN v_point AS p USING (point_id)
 ORDER BY c.curve_id, p.point_id, c.x;

-- What each service level applies to: the entity and metric of a point. Not for readers: v_level is made of it.
CREATE VIEW v_level_entity AS
SELECT p.point_id, p.study, p.design, p.factors, p.position, l.*, e.entity_id, e.path AS entity, m.metric_id
  FROM v_point AS p JOIN level AS l USING (study_id)
  JOIN entity AS e ON e.point_id = p.point_id AND e.kind = 'vms'
       AND (l.vms = 'all' OR substr(e.path, 1, length(l.vms) + 1) = l.vms || '/')
       AND (l.workload = '' OR substr(e.path, -length(l.workload) - 1) = '/' || l.workload)
  JOIN metric AS m ON m.name = l.metric
 WHERE EXISTS (SELECT 1 FROM summary AS s WHERE s.entity_id = e.entity_id AND s.metric_id = m.metric_id);

-- Value and half-width of each service level, with full precision. Not for readers: v_level is made of it.
CREATE VIEW v_level_value AS
SELECT a.*, q.t * sqrt(squares / max(n - 1, 1) / n) AS half_width,
       (SELECT count(*) FROM run AS r WHERE r.point_id = a.point_id AND r.outcome IN ('unstable', 'deadlock'))
         AS unstable
  FROM (SELECT v.*, count(s.replication) AS n,
               avg(CASE v.stat WHEN 'mean' THEN s.mean WHEN 'p50' THEN s.p50 WHEN 'p95' THEN s.p95
                   WHEN 'p99' THEN s.p99 WHEN 'p999' THEN s.p999 WHEN 'max' THEN s.max END) AS value,
               sum(CASE v.stat WHEN 'mean' THEN (s.mean - s.mean_mean) * (s.mean - s.mean_mean)
                   WHEN 'p50' THEN (s.p50 - s.p50_mean) * (s.p50 - s.p50_mean)
                   WHEN 'p95' THEN (s.p95 - s.p95_mean) * (s.p95 - s.p95_mean)
                   WHEN 'p99' THEN (s.p99 - s.p99_mean) * (s.p99 - s.p99_mean)
                   WHEN 'p999' THEN (s.p999 - s.p999_mean) * (s.p999 - s.p999_mean)
                   WHEN 'max' THEN (s.max - s.max_mean) * (s.max - s.max_mean) END) AS squares
          FROM v_level_entity AS v
          LEFT JOIN v_sample AS s ON s.entity_id = v.entity_id AND s.metric_id = v.metric_id
         GROUP BY v.level_id, v.entity_id) AS a
  LEFT JOIN t_quantile AS q ON q.df = min(a.n - 1, 200);

-- Service levels. met: 1 the whole interval is on the right side of the bound, 0 it is on the wrong side, NULL the
-- interval contains the bound (more replications decide), or there is one run only. A design of which runs were unstable
-- or deadlocked is never met: 0 if all were, at best undecided if some were.
CREATE VIEW v_level AS
SELECT study, design, factors, name AS level, entity, metric, stat, unit,
       CASE at_least WHEN 1 THEN '>=' ELSE '<=' END AS wanted, bound,
       CASE WHEN n > 0 THEN CAST(printf('%.6g', value) AS REAL) END AS value,
       CASE WHEN n > 1 THEN CAST(printf('%.3g', half_width) AS REAL) END AS half_width, n, unstable,
       CASE WHEN n = 0 AND unstable > 0 THEN 0
            WHEN n < 2 THEN NULL
            WHEN CASE at_least WHEN 1 THEN value - half_width >= bound ELSE value + half_width <= bound END
                 THEN CASE WHEN unstable = 0 THEN 1 END
            WHEN CASE at_least WHEN 1 THEN value + half_width < bound ELSE value - half_width > bound END THEN 0
       END AS met
  FROM v_level_value ORDER BY point_id, level_id, entity;

-- What each plan says to each expectation of a figure of its cost, or of how many of an item are in its bill. Not for
-- readers: v_expect is made of it.
CREATE VIEW v_expect_plan AS
SELECT x.expectation_id, c.point_id, c.value
  FROM expectation AS x JOIN cost AS c ON c.name = x.metric WHERE x.kind = 'cost'
 UNION ALL
SELECT x.expectation_id, p.point_id, coalesce((SELECT 1.0 * sum(quantity) FROM bom AS b
                                                WHERE b.point_id = p.point_id AND b.item = x.metric), 0.0)
  FROM expectation AS x JOIN point AS p ON p.feasible WHERE x.kind = 'item';

-- What each run that counts says to each expectation: the statistic; or its ratio to that of another design in the same
-- replication; or 1 if the run ended as expected and gave the reason, else 0. What is expected of a plan has one row, as of
-- replication 0. Not for readers: v_expect is made of it.
CREATE VIEW v_expect_run AS
SELECT x.expectation_id, r.replication,
       CASE x.stat WHEN 'mean' THEN s.mean WHEN 'p50' THEN s.p50 WHEN 'p95' THEN s.p95 WHEN 'p99' THEN s.p99
                   WHEN 'p999' THEN s.p999 WHEN 'max' THEN s.max END
       / CASE WHEN x.against = '' THEN 1.0
         ELSE nullif(CASE x.stat WHEN 'mean' THEN b.mean WHEN 'p50' THEN b.p50 WHEN 'p95' THEN b.p95 WHEN 'p99' THEN b.p99
                   WHEN 'p999' THEN b.p999 WHEN 'max' THEN b.max END, 0) END AS x
  FROM expectation AS x
  JOIN run AS r ON r.point_id = x.point_id AND r.outcome = x.outcome
  JOIN entity AS e ON e.point_id = x.point_id AND e.path = x.entity
       AND CASE x.kind WHEN '' THEN e.kind <> 'vms' ELSE e.kind = x.kind END
  JOIN metric AS m ON m.name = x.metric AND m.unit = x.unit
  JOIN summary AS s ON s.run_id = r.run_id AND s.entity_id = e.entity_id AND s.metric_id = m.metric_id
  LEFT JOIN v_point AS p ON p.point_id = x.point_id AND x.against <> ''
  LEFT JOIN v_point AS q ON q.study_id = p.study_id AND q.factors = p.factors AND q.design = x.against
  LEFT JOIN run AS o ON o.point_id = q.point_id AND o.replication = r.replication AND o.outcome = 'ok'
  LEFT JOIN entity AS f ON f.point_id = o.point_id AND f.path = e.path AND f.kind = e.kind
  LEFT JOIN summary AS b ON b.run_id = o.run_id AND b.entity_id = f.entity_id AND b.metric_id = m.metric_id
 WHERE x.form <> 'ends'
 UNION ALL
SELECT x.expectation_id, r.replication, r.outcome = x.metric AND (x.entity = '' OR instr(r.why, x.entity) > 0)
  FROM expectation AS x JOIN run AS r USING (point_id) WHERE x.form = 'ends' AND x.kind = 'run'
 UNION ALL
SELECT x.expectation_id, 0, p.feasible = 0 AND (x.entity = '' OR instr(p.why, x.entity) > 0)
  FROM expectation AS x JOIN point AS p USING (point_id) WHERE x.kind = 'plan'
 UNION ALL
SELECT x.expectation_id, 0, a.value / CASE WHEN x.against = '' THEN 1.0 ELSE nullif(b.value, 0) END
  FROM expectation AS x
  JOIN v_expect_plan AS a ON a.expectation_id = x.expectation_id AND a.point_id = x.point_id
  LEFT JOIN v_point AS p ON p.point_id = x.point_id AND x.against <> ''
  LEFT JOIN v_point AS q ON q.study_id = p.study_id AND q.factors = p.factors AND q.design = x.against
  LEFT JOIN v_expect_plan AS b ON b.expectation_id = x.expectation_id AND b.point_id = q.point_id;

-- Mean over the runs that count and its half-width of each expectation, with full precision. Not for readers: v_expect is
-- made of it.
CREATE VIEW v_expect_value AS
SELECT x.*, coalesce(a.n, 0) AS n, a.simulated,
       CASE WHEN x.kind IN ('cost', 'item', 'plan') THEN 0.0
            WHEN a.n > 1 THEN q.t * sqrt(a.squares / (a.n - 1) / a.n) END AS half_width,
       (SELECT count(*) FROM run AS r WHERE r.point_id = x.point_id AND r.outcome <> x.outcome
                                            AND x.kind NOT IN ('cost', 'item', 'plan')) AS not_ok
  FROM expectation AS x
  LEFT JOIN (SELECT expectation_id, count(x) AS n, avg(x) AS simulated, sum((x - mean) * (x - mean)) AS squares
               FROM (SELECT *, avg(x) OVER (PARTITION BY expectation_id) AS mean FROM v_expect_run)
              GROUP BY expectation_id) AS a USING (expectation_id)
  LEFT JOIN t_quantile AS q ON q.df = min(max(a.n - 1, 1), 200);

-- Expected against simulated. An expected value is met if the mean is within the tolerance of it and so is the interval
-- around the mean; with tolerance 0 they are the same number. A limit is met if the whole interval is on its right side.
-- An outcome is met if every run ended so and gave the reason. missed: it is not so, or a run did not end as the scenario
-- expects, which is ok unless it says otherwise; undecided: the interval is too wide, more replications decide; no
-- result: the database has no such entity or metric. What is expected of a plan is a number without an interval.
CREATE VIEW v_expect AS
SELECT p.study, p.design, p.factors, v.what, v.source, v.class, v.entity, v.metric, v.stat,
       CASE WHEN v.against <> '' THEN '1' ELSE v.unit END AS unit, v.form,
       CAST(printf('%.6g', v.expected) AS REAL) AS expected, v.tolerance,
       CASE WHEN v.n > 0 THEN CAST(printf('%.6g', v.simulated) AS REAL) END AS simulated,
       CASE WHEN v.n > 1 THEN CAST(printf('%.3g', v.half_width) AS REAL) END AS half_width, v.n,
       CASE WHEN v.n > 0 AND v.expected <> 0
            THEN CAST(printf('%.3g', v.simulated / v.expected - 1) AS REAL) END AS error,
       CASE WHEN v.n = 0 THEN 'no result'
            WHEN v.not_ok > 0 THEN 'missed'
            WHEN v.half_width IS NULL THEN 'undecided'
            WHEN v.form = 'ends' THEN CASE WHEN v.simulated = 1 THEN 'met' ELSE 'missed' END
            WHEN v.form = '=' THEN
                 CASE WHEN abs(v.simulated - v.expected) > (v.tolerance + 1e-9) * abs(v.expected) + v.half_width
                           THEN 'missed'
                      WHEN v.half_width > (v.tolerance + 1e-9) * abs(v.expected) THEN 'undecided'
                      WHEN abs(v.simulated - v.expected) > (v.tolerance + 1e-9) * abs(v.expected) THEN 'missed'
                      ELSE 'met' END
            WHEN CASE v.form WHEN '>=' THEN v.simulated - v.half_width >= v.expected
                      ELSE v.simulated + v.half_width <= v.expected END THEN 'met'
            WHEN CASE v.form WHEN '>=' THEN v.simulated + v.half_width < v.expected
                      ELSE v.simulated - v.half_width > v.expected END THEN 'missed'
            ELSE 'undecided' END AS verdict,
       v.trend, v.not_ok, v.against, v.kind
  FROM v_expect_value AS v JOIN v_point AS p USING (point_id)
 ORDER BY v.expectation_id;

-- Mean time of a request by workload, place and part, of each ok or unstable run. Not for readers: v_bottleneck is made of it.
CREATE VIEW v_part AS
SELECT r.point_id, b.run_id, b.entity_id, b.place_id, t.part,
       CASE t.part WHEN 'wait' THEN b.wait WHEN 'stall' THEN b.stall WHEN 'transfer' THEN b.transfer
                   WHEN 'service' THEN b.service ELSE b.travel END AS s
  FROM bottleneck AS b JOIN run AS r USING (run_id)
  CROSS JOIN (SELECT 'wait' AS part UNION ALL SELECT 'stall' UNION ALL SELECT 'transfer' UNION ALL SELECT 'service'
              UNION ALL SELECT 'travel') AS t
 WHERE r.outcome IN ('ok', 'unstable');

-- Where the time of a request goes: by workload of a VM class, place and part. The means of a workload sum to its mean
-- latency, the shares to 1. A place that is among '(others)' in some runs counts there as 0 by itself. `unstable` of the n
-- runs were: where a queue only grows is where the time goes, but its mean depends on how long the run was.
CREATE VIEW v_bottleneck AS
SELECT p.study, p.design, p.factors, e.path AS workload, l.kind, l.path AS resource, x.part, a.n,
       CAST(printf('%.6g', x.sum / a.n) AS REAL) AS mean,
       CASE WHEN a.n > 1 THEN CAST(printf('%.3g', q.t * sqrt(max(x.squares - x.sum * x.sum / a.n, 0) / (a.n - 1) / a.n))
            AS REAL) END AS half_width,
       CAST(printf('%.6g', x.sum / a.sum) AS REAL) AS share, a.unstable
  FROM (SELECT point_id, entity_id, place_id, part, sum(s) AS sum, sum(s * s) AS squares FROM v_part
         GROUP BY entity_id, place_id, part HAVING sum(s) > 0) AS x
  JOIN (SELECT v.entity_id, count(DISTINCT v.run_id) AS n, sum(v.s) AS sum,
               count(DISTINCT CASE r.outcome WHEN 'unstable' THEN r.run_id END) AS unstable
          FROM v_part AS v JOIN run AS r USING (run_id) GROUP BY v.entity_id) AS a
       USING (entity_id)
  JOIN v_point AS p USING (point_id) JOIN entity AS e USING (entity_id) JOIN place AS l USING (place_id)
  LEFT JOIN t_quantile AS q ON q.df = min(a.n - 1, 200)
 ORDER BY p.point_id, x.entity_id, x.sum DESC;

-- Waiting and stalling by kind of place and by place. Not for readers: v_cause is made of it. `rank`: 1 waiting behind
-- others, 2 stalled, 3 held back by the transport. Each is a consequence of one of lower rank further on, if there is
-- one: that is why the cause is sought in this order.
CREATE VIEW v_waiting AS
SELECT *, CASE WHEN kind = 'transport' THEN 3 WHEN kind_stall > kind_wait THEN 2 ELSE 1 END AS rank,
       kind_wait + kind_stall AS kind_sum, sum(wait + stall) OVER w AS waiting, sum(total) OVER w AS latency
  FROM (SELECT x.point_id, x.entity_id, l.kind, l.path, x.wait, x.stall, x.total,
               sum(x.wait) OVER k AS kind_wait, sum(x.stall) OVER k AS kind_stall
          FROM (SELECT r.point_id, b.entity_id, b.place_id, sum(wait) AS wait, sum(stall) AS stall,
                       sum(wait + stall + transfer + service + travel) AS total
                  FROM bottleneck AS b JOIN run AS r USING (run_id) WHERE r.outcome IN ('ok', 'unstable')
                 GROUP BY b.entity_id, b.place_id) AS x JOIN place AS l USING (place_id)
        WINDOW k AS (PARTITION BY x.entity_id, l.kind))
WINDOW w AS (PARTITION BY entity_id);

-- The bottleneck of each workload: of the kinds of place that hold at least a tenth of all waiting those of the lowest
-- rank, of these the one with most waiting; and in it the place with most. `share` is the waiting at the kind,
-- `waiting` that at all places, both as fractions of the mean latency.
CREATE VIEW v_cause AS
SELECT p.study, p.design, p.factors, e.path AS workload, c.kind, c.path AS resource,
       CASE c.rank WHEN 2 THEN 'stall' ELSE 'wait' END AS part,
       CAST(printf('%.4g', c.kind_sum / c.latency) AS REAL) AS share,
       CAST(printf('%.4g', c.waiting / c.latency) AS REAL) AS waiting,
       (SELECT count(*) FROM run AS r WHERE r.point_id = c.point_id AND r.outcome = 'unstable') AS unstable, c.point_id
  FROM (SELECT *, row_number() OVER (PARTITION BY entity_id
                                     ORDER BY kind_sum < 0.1 * waiting, rank, kind_sum DESC, kind, path = '(others)',
                                              wait + stall DESC, path) AS place
          FROM v_waiting WHERE waiting > 0) AS c
  JOIN v_point AS p USING (point_id) JOIN entity AS e USING (entity_id)
 WHERE c.place = 1 ORDER BY p.point_id, c.entity_id;

-- Devices where they stand, from the top of each rack down; then what is in no rack of the plan.
CREATE VIEW v_device AS
SELECT p.study, p.design, p.factors, k.name AS rack, d.unit, d.path AS device, d.tier, d.item,
       d.rack_units, d.watts, p.point_id, d.device_id
  FROM v_point AS p JOIN plan USING (point_id) JOIN device AS d USING (plan_id)
  LEFT JOIN rack AS k ON k.plan_id = d.plan_id AND k.rack_id = d.rack_id
 ORDER BY p.point_id, d.rack_id IS NULL, d.rack_id, d.unit DESC, d.device_id;

-- Racks: what stands in them against what they hold and feed.
CREATE VIEW v_rack AS
SELECT p.study, p.design, p.factors, k.name AS rack, count(d.device_id) AS devices,
       coalesce(sum(d.rack_units), 0.0) AS units_used, k.units, coalesce(sum(d.watts), 0.0) AS watts, k.power_w,
       p.point_id, k.rack_id
  FROM v_point AS p JOIN plan USING (point_id) JOIN rack AS k USING (plan_id)
  LEFT JOIN device AS d ON d.plan_id = k.plan_id AND d.rack_id = k.rack_id
 GROUP BY p.point_id, k.rack_id ORDER BY p.point_id, k.rack_id;

-- The cabling schedule. `forth` and `back` are the two directions as entities of v_metric.
CREATE VIEW v_cable AS
SELECT p.study, p.design, p.factors, c.label, c.role, a.path AS from_device, c.from_port, ka.name AS from_rack,
       a.unit AS from_unit, b.path AS to_device, c.to_port, kb.name AS to_rack, b.unit AS to_unit, c.link,
       c.rate_bps, c.length_m, c.item, c.part_of, c.networks,
       a.path || '/' || c.from_port || '>' || b.path AS forth,
       b.path || '/' || c.to_port || '>' || a.path || '/' || c.from_port AS back, p.point_id
  FROM v_point AS p JOIN plan USING (point_id) JOIN cable AS c USING (plan_id)
  JOIN device AS a ON a.plan_id = c.plan_id AND a.device_id = c.from_id
  JOIN device AS b ON b.plan_id = c.plan_id AND b.device_id = c.to_id
  LEFT JOIN rack AS ka ON ka.plan_id = a.plan_id AND ka.rack_id = a.rack_id
  LEFT JOIN rack AS kb ON kb.plan_id = b.plan_id AND kb.rack_id = b.rack_id
 ORDER BY p.point_id, c.cable_id;

-- The port map: every port of every device, with what is in it; NULL if it is free.
CREATE VIEW v_port AS
SELECT p.study, p.design, p.factors, d.path AS device, k.name AS rack, d.unit, o.name AS port, o.kind, o.link,
       c.label, f.path AS to_device, CASE WHEN c.from_id = d.device_id THEN c.to_port ELSE c.from_port END AS to_port,
       c.networks, p.point_id
  FROM v_point AS p JOIN plan USING (point_id) JOIN port AS o USING (plan_id)
  JOIN device AS d ON d.plan_id = o.plan_id AND d.device_id = o.device_id
  LEFT JOIN rack AS k ON k.plan_id = d.plan_id AND k.rack_id = d.rack_id
  LEFT JOIN cable AS c ON c.plan_id = o.plan_id AND c.cable_id = o.cable_id
  LEFT JOIN device AS f ON f.plan_id = o.plan_id
       AND f.device_id = CASE WHEN c.from_id = d.device_id THEN c.to_id ELSE c.from_id END
 ORDER BY p.point_id, o.device_id, o.position;

-- What a purchaser and an installer count: devices by tier, cables by role, ports by kind, cabled and free, items by
-- component; rack units and watts.
CREATE VIEW v_count AS
SELECT p.study, p.design, p.factors, n.what, n.kind, n.unit, n.value, p.point_id
  FROM v_point AS p JOIN (
       SELECT point_id, 1 AS place, 'devices' AS what, tier AS kind, '1' AS unit, count(*) AS value
         FROM plan JOIN device USING (plan_id) GROUP BY point_id, tier
       UNION ALL
       SELECT point_id, 2, 'items', component, '1', sum(quantity) FROM bom GROUP BY point_id, component
       UNION ALL
       SELECT point_id, 3, 'cables', role, '1', count(*) FROM plan JOIN cable USING (plan_id) GROUP BY point_id, role
       UNION ALL
       SELECT point_id, 4, 'cable length', role, 'm', sum(length_m)
         FROM plan JOIN cable USING (plan_id) GROUP BY point_id, role
       UNION ALL
       SELECT point_id, 5, 'ports cabled', kind, '1', count(cable_id)
         FROM plan JOIN port USING (plan_id) GROUP BY point_id, kind
       UNION ALL
       SELECT point_id, 6, 'ports free', kind, '1', count(*) - count(cable_id)
         FROM plan JOIN port USING (plan_id) GROUP BY point_id, kind
       UNION ALL
       SELECT point_id, 7, 'racks', '', '1', count(*) FROM plan JOIN rack USING (plan_id) GROUP BY point_id
       UNION ALL
       SELECT point_id, 8, 'rack units', component, 'U', sum(quantity * rack_units)
         FROM bom GROUP BY point_id, component HAVING sum(rack_units) > 0
       UNION ALL
       SELECT point_id, 9, 'nameplate power', component, 'W', sum(quantity * watts)
         FROM bom GROUP BY point_id, component HAVING sum(watts) > 0) AS n USING (point_id)
 ORDER BY p.point_id, n.place, n.kind;

-- A metric over time, one row an interval: the mean over the ok and unstable runs of its value and of its 99th
-- percentile (tallies), the least and the most of the runs. The interval is the span before t; t = 0 is the start of the warm-up.
CREATE VIEW v_series AS
SELECT p.study, p.design, p.factors, e.path AS entity, e.kind, m.name AS metric, m.unit, s.t, s.span,
       avg(s.value) AS value, min(s.value) AS low, max(s.value) AS high, avg(s.p99) AS p99, sum(s.n) AS observations,
       count(s.value) AS runs, p.point_id
  FROM series AS s JOIN run AS r USING (run_id) JOIN v_point AS p USING (point_id)
  JOIN entity AS e USING (entity_id) JOIN metric AS m USING (metric_id)
 WHERE r.outcome IN ('ok', 'unstable')
 GROUP BY s.entity_id, s.metric_id, s.t ORDER BY p.point_id, e.kind, e.path, m.name, s.t;

-- Designs that meet every service level. Not for readers: v_risk is made of it.
CREATE VIEW v_good AS
SELECT p.point_id FROM v_point AS p JOIN v_level AS l USING (study, design, factors)
 GROUP BY p.point_id HAVING min(coalesce(l.met, 0)) = 1;

-- Total cost where prices are uncertain. cheapest: the probability that no other design costs less; cheapest_good: the
-- same among the designs that meet every level, NULL for the others. In each order of the designs the first of them is.
CREATE VIEW v_risk AS
WITH g AS MATERIALIZED (SELECT point_id FROM v_good),
     first AS (SELECT ranking_id, samples, min(place) AS place FROM ranking WHERE point_id IN g GROUP BY ranking_id),
     good AS (SELECT r.point_id, sum(first.samples) AS samples
                FROM first JOIN ranking AS r USING (ranking_id, place) GROUP BY r.point_id)
SELECT p.study, p.design, p.factors, r.samples, c.value AS planned, r.mean, r.sd, r.p05, r.p50, r.p95, r.cheapest,
       CASE WHEN r.point_id IN g THEN coalesce(good.samples, 0) * 1.0 / r.samples END AS cheapest_good, r.point_id
  FROM risk AS r JOIN v_point AS p USING (point_id)
  JOIN cost AS c ON c.point_id = r.point_id AND c.name = 'total_usd'
  LEFT JOIN good ON good.point_id = r.point_id
 ORDER BY p.point_id;

-- What a delivered Gb/s costs: the total over the goodput of all workloads of the VMs, mean over the ok runs.
CREATE VIEW v_delivered AS
SELECT p.study, p.design, p.factors, CAST(printf('%.6g', d.bps) AS REAL) AS goodput_bps, t.value AS total_usd,
       t.value / (d.bps / 1e9) AS per_gbps_usd, i.value AS per_installed_usd, p.point_id
  FROM (SELECT point_id, avg(bps) AS bps
          FROM (SELECT r.point_id, r.run_id, sum(s.mean) AS bps
                  FROM summary AS s JOIN run AS r USING (run_id) JOIN metric AS m USING (metric_id)
                  JOIN entity AS e USING (entity_id)
                 WHERE r.outcome = 'ok' AND m.name = 'goodput_total' AND e.kind = 'vms' GROUP BY r.run_id)
         GROUP BY point_id) AS d
  JOIN v_point AS p USING (point_id)
  JOIN cost AS t ON t.point_id = p.point_id AND t.name = 'total_usd'
  LEFT JOIN cost AS i ON i.point_id = p.point_id AND i.name = 'per_installed_usd'
 WHERE d.bps > 0 ORDER BY p.point_id;

-- Events of the day: what each did, mean of the ok runs, and the longest gap of any of them.
CREATE VIEW v_event AS
SELECT p.study, p.design, p.factors, e.path AS event, count(DISTINCT s.run_id) AS n,
       avg(CASE m.name WHEN 'at' THEN s.mean END) AS at,
       avg(CASE m.name WHEN 'failures' THEN s.mean END) AS failures,
       avg(CASE m.name WHEN 'vms_hit' THEN s.mean END) AS vms_hit,
       avg(CASE m.name WHEN 'vms_cut' THEN s.mean END) AS vms_cut,
       avg(CASE m.name WHEN 'moved' THEN s.mean END) AS moved,
       avg(CASE m.name WHEN 'took' THEN s.mean END) AS took,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap' THEN s.mean END)) AS REAL) AS service_gap,
       CAST(printf('%.6g', max(CASE m.name WHEN 'service_gap' THEN s.mean END)) AS REAL) AS service_gap_max,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap_before' THEN s.mean END)) AS REAL) AS service_gap_before,
       avg(CASE m.name WHEN 'lost' THEN s.mean END) AS lost,
       avg(CASE m.name WHEN 'retried' THEN s.mean END) AS retried,
       avg(CASE m.name WHEN 'server_capacity' THEN s.mean END) AS server_capacity,
       CASE WHEN sum(m.name = 'server_capacity_left') > 0
            THEN CAST(printf('%.4g', avg(CASE m.name WHEN 'server_capacity_left' THEN s.mean END)) AS REAL) END AS server_capacity_left,
       CASE WHEN sum(m.name = 'uplink_capacity_left') > 0
            THEN CAST(printf('%.4g', avg(CASE m.name WHEN 'uplink_capacity_left' THEN s.mean END)) AS REAL) END AS uplink_capacity_left, p.point_id
  FROM summary AS s JOIN run AS r USING (run_id) JOIN entity AS e USING (entity_id) JOIN metric AS m USING (metric_id)
  JOIN v_point AS p ON p.point_id = r.point_id
 WHERE r.outcome = 'ok' AND e.kind = 'event'
 GROUP BY e.entity_id ORDER BY p.point_id, min(CASE m.name WHEN 'at' THEN s.mean END), e.entity_id;

-- From an event to the next, by workload of a VM class: the longest gap of those that were hit, and how the VMs that
-- were not hit fared (latency at p99 before the first event, and until the next one).
CREATE VIEW v_service AS
SELECT p.study, p.design, p.factors, substr(e.path, 1, instr(e.path, ': ') - 1) AS event,
       substr(e.path, instr(e.path, ': ') + 2) AS workload, count(DISTINCT s.run_id) AS n,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap' THEN s.mean END)) AS REAL) AS service_gap,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap_before' THEN s.mean END)) AS REAL) AS service_gap_before,
       avg(CASE m.name WHEN 'lost' THEN s.mean END) AS lost,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'others_before' THEN s.p99 END)) AS REAL) AS others_p99_before,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'others' THEN s.p99 END)) AS REAL) AS others_p99
  FROM summary AS s JOIN run AS r USING (run_id) JOIN entity AS e USING (entity_id) JOIN metric AS m USING (metric_id)
  JOIN v_point AS p ON p.point_id = r.point_id
 WHERE r.outcome = 'ok' AND e.kind = 'service'
 GROUP BY e.entity_id ORDER BY p.point_id, e.entity_id;

-- The longest time that each VM was without service, over all events.
CREATE VIEW v_service_gap AS
SELECT p.study, p.design, p.factors, e.path AS vm, count(DISTINCT s.run_id) AS n,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap' THEN s.mean END)) AS REAL) AS service_gap,
       CAST(printf('%.6g', max(CASE m.name WHEN 'service_gap' THEN s.mean END)) AS REAL) AS service_gap_max,
       CAST(printf('%.6g', avg(CASE m.name WHEN 'service_gap_before' THEN s.mean END)) AS REAL) AS service_gap_before,
       avg(CASE m.name WHEN 'lost' THEN s.mean END) AS lost
  FROM summary AS s JOIN run AS r USING (run_id) JOIN entity AS e USING (entity_id) JOIN metric AS m USING (metric_id)
  JOIN v_point AS p ON p.point_id = r.point_id
 WHERE r.outcome = 'ok' AND e.kind = 'vm'
 GROUP BY e.entity_id ORDER BY p.point_id, e.entity_id;
