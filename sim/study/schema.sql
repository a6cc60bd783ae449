-- SPDX-License-Identifier: GPL-3.0-or-later
-- viosim results database, version 4. The views are the public interface; results/README.md explains them.
PRAGMA application_id = 1986621299;      -- 'vios': what tells our databases from others
PRAGMA user_version = 4;

CREATE TABLE study (
  study_id    INTEGER PRIMARY KEY,
  name        TEXT NOT NULL,
  title       TEXT NOT NULL,
  file        TEXT NOT NULL,
  hash        TEXT NOT NULL UNIQUE,      -- of the scenario as loaded, with includes, overrides and --set
  scenario    TEXT NOT NULL,             -- the same as text, complete; of a sweep the first point, see factor
  seed        INTEGER NOT NULL,
  warmup_ps   INTEGER NOT NULL,
  measure_ps  INTEGER NOT NULL,
  confidence  REAL NOT NULL,
  replications_min INTEGER NOT NULL,     -- as the last command asked
  replications_max INTEGER NOT NULL,
  precision   REAL NOT NULL,             -- relative half-width at which to stop; 0 = after the minimum
  version     TEXT NOT NULL,             -- of viosim
  compiler    TEXT NOT NULL,
  libraries   TEXT NOT NULL,
  command     TEXT NOT NULL,
  created     TEXT NOT NULL              -- UTC, ISO 8601
) STRICT;

CREATE TABLE point (                     -- one design at one combination of factors
  point_id    INTEGER PRIMARY KEY,
  study_id    INTEGER NOT NULL REFERENCES study,
  hash        TEXT NOT NULL UNIQUE,      -- of the expanded point and design: the identity for resuming
  design      TEXT NOT NULL,             -- '' for a hand-written topology
  summary     TEXT NOT NULL,
  position    INTEGER NOT NULL,          -- order of designs in the scenario; 0 is the baseline
  feasible    INTEGER NOT NULL,
  why         TEXT NOT NULL              -- infeasible: the reason
) STRICT;

CREATE TABLE factor (
  point_id    INTEGER NOT NULL REFERENCES point,
  path        TEXT NOT NULL,
  value       TEXT NOT NULL,
  PRIMARY KEY (point_id, path)
) STRICT;

CREATE TABLE run (
  run_id      INTEGER PRIMARY KEY,       -- point_id * 10000 + replication: the same whoever wrote it, and when
  point_id    INTEGER NOT NULL REFERENCES point,
  replication INTEGER NOT NULL,
  outcome     TEXT NOT NULL,             -- ok, unstable, deadlock, broken, failed
  why         TEXT NOT NULL,
  events      INTEGER NOT NULL,
  packet_hops INTEGER NOT NULL,
  wall_s      REAL NOT NULL,
  fingerprint TEXT NOT NULL,             -- 16 hexadecimal digits
  UNIQUE (point_id, replication)
) STRICT;

CREATE TABLE entity (                    -- of a point: what was measured
  entity_id   INTEGER PRIMARY KEY,       -- point_id * 1000000 + its place in the run's record
  point_id    INTEGER NOT NULL REFERENCES point,
  path        TEXT NOT NULL,             -- 'hosts03/cna0/p1>edge-a1', 'db/oltp'
  kind        TEXT NOT NULL,             -- vms, link, stage (cpu, pcie), array, transport, total
  UNIQUE (point_id, kind, path)
) STRICT;

CREATE TABLE metric (                    -- the dictionary
  metric_id   INTEGER PRIMARY KEY,       -- hash of name, kind and unit
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL,             -- value, tally
  unit        TEXT NOT NULL,             -- s, bit/s, 1, B ...
  meaning     TEXT NOT NULL,
  UNIQUE (name, kind, unit)
) STRICT;

CREATE TABLE summary (                   -- one metric of one entity in one run
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  entity_id   INTEGER NOT NULL REFERENCES entity,
  metric_id   INTEGER NOT NULL REFERENCES metric,
  n           INTEGER NOT NULL,          -- observations; 1 for a value
  mean        REAL NOT NULL,             -- the value itself for kind value
  variance    REAL, min REAL, max REAL,  -- tallies
  p50 REAL, p95 REAL, p99 REAL, p999 REAL,
  PRIMARY KEY (run_id, entity_id, metric_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE histogram (                 -- of the tallies of kind 'vms': buckets in the metric's unit
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  entity_id   INTEGER NOT NULL REFERENCES entity,
  metric_id   INTEGER NOT NULL REFERENCES metric,
  low REAL NOT NULL, high REAL NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (run_id, entity_id, metric_id, low)
) STRICT, WITHOUT ROWID;

CREATE TABLE place (                     -- where time is spent: the dictionary
  place_id    INTEGER PRIMARY KEY,       -- hash of kind and path
  kind        TEXT NOT NULL,             -- cpu, pcie, adapter, switch, gateway, array, ..., transport, application
  path        TEXT NOT NULL,             -- 'hosts03/cpu0'; '(others)': the lesser ones of the kind together
  UNIQUE (kind, path)
) STRICT;

CREATE TABLE bottleneck (                -- mean time, in s, that a request of a workload spent at a place in a run
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  entity_id   INTEGER NOT NULL REFERENCES entity, -- of kind 'vms'
  place_id    INTEGER NOT NULL REFERENCES place,
  wait REAL NOT NULL, stall REAL NOT NULL, transfer REAL NOT NULL, service REAL NOT NULL, travel REAL NOT NULL,
  PRIMARY KEY (run_id, entity_id, place_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (                    -- a metric over time
  run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  entity_id   INTEGER NOT NULL REFERENCES entity,
  metric_id   INTEGER NOT NULL REFERENCES metric,
  t           REAL NOT NULL,             -- end of the interval in s from the start of the run, warm-up included
  span        REAL NOT NULL,             -- its length, s
  n           INTEGER NOT NULL,          -- tally: observations that fell into it; else 1
  value REAL, p99 REAL,                  -- mean over it; tallies: mean and 99th percentile, NULL if there were none
  PRIMARY KEY (run_id, entity_id, metric_id, t)
) STRICT, WITHOUT ROWID;

CREATE TABLE bom (
  point_id    INTEGER NOT NULL REFERENCES point,
  component   TEXT NOT NULL,
  item        TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity    INTEGER NOT NULL,
  unit_usd    REAL NOT NULL,
  watts       REAL NOT NULL,             -- per unit
  rack_units  REAL NOT NULL,             -- per unit
  source      TEXT NOT NULL,
  owned       INTEGER NOT NULL,          -- of the quantity: there already, not bought
  PRIMARY KEY (point_id, component, item)
) STRICT;

CREATE TABLE cost (                      -- one figure of a point: capex_usd, energy_usd, ... cables, ports, watts
  point_id    INTEGER NOT NULL REFERENCES point,
  name        TEXT NOT NULL,
  unit        TEXT NOT NULL,
  value       REAL NOT NULL,
  PRIMARY KEY (point_id, name)
) STRICT;

-- The plan of a point. Points of a sweep whose plans are the same share one: that of the first of them.
CREATE TABLE plan (
  point_id    INTEGER PRIMARY KEY REFERENCES point,
  plan_id     INTEGER NOT NULL REFERENCES point, -- whose rows in device, cable, port and rack describe it
  hash        TEXT NOT NULL              -- of these rows
) STRICT;

CREATE TABLE rack (
  plan_id     INTEGER NOT NULL REFERENCES point,
  rack_id     INTEGER NOT NULL,
  name        TEXT NOT NULL,
  units       INTEGER NOT NULL,          -- that it has
  power_w     REAL NOT NULL,             -- that it can feed
  PRIMARY KEY (plan_id, rack_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (                    -- what has ports, and chassis
  plan_id     INTEGER NOT NULL REFERENCES point,
  device_id   INTEGER NOT NULL,          -- its place in the plan
  path        TEXT NOT NULL,             -- 'hosts03'
  tier        TEXT NOT NULL,             -- server, chassis, edge, module, core, peer, node
  item        TEXT NOT NULL,             -- of the bill; '' = exists already
  rack_id     INTEGER,                   -- NULL: not in a rack of this plan
  unit        INTEGER,                   -- the lowest it takes; of a blade or module: of what it is in
  rack_units  REAL NOT NULL,             -- its height; 0 = inside something else
  watts       REAL NOT NULL,             -- nameplate, with its adapters
  PRIMARY KEY (plan_id, device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cable (
  plan_id     INTEGER NOT NULL REFERENCES point,
  cable_id    INTEGER NOT NULL,
  label       TEXT NOT NULL,             -- of both ends; no other cable of the plan has it
  from_id     INTEGER NOT NULL,          -- device nearer the servers
  from_port   TEXT NOT NULL,
  to_id       INTEGER NOT NULL,
  to_port     TEXT NOT NULL,
  link        TEXT NOT NULL,             -- technology
  rate_bps    REAL NOT NULL,             -- each way
  length_m    REAL NOT NULL,
  item        TEXT NOT NULL,             -- of the bill: 'om3-30m + 2 x optic-10g-sr'; '' = exists already
  role        TEXT NOT NULL,             -- server, uplink, backplane, existing, link
  part_of     TEXT NOT NULL,             -- connection or uplink of the design
  networks    TEXT NOT NULL,
  PRIMARY KEY (plan_id, cable_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE port (
  plan_id     INTEGER NOT NULL REFERENCES point,
  device_id   INTEGER NOT NULL,
  position    INTEGER NOT NULL,          -- on the device
  name        TEXT NOT NULL,
  kind        TEXT NOT NULL,             -- on board, adapter, downlink, uplink, module, backplane, slot, existing
  link        TEXT NOT NULL,             -- technology of the cable in it, or of the port
  cable_id    INTEGER,                   -- NULL = free
  PRIMARY KEY (plan_id, device_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE cost_year (                 -- of a point; year 0 is today, a last part of a year has a fraction
  point_id    INTEGER NOT NULL REFERENCES point,
  year        REAL NOT NULL,
  factor      REAL NOT NULL,             -- present value of 1 at its end
  capex_usd REAL NOT NULL, energy_usd REAL NOT NULL, space_usd REAL NOT NULL, admin_usd REAL NOT NULL,
  maintenance_usd REAL NOT NULL, residual_usd REAL NOT NULL,
  total_usd   REAL NOT NULL,             -- discounted, up to this year
  book_usd    REAL NOT NULL,             -- book value at its end
  PRIMARY KEY (point_id, year)
) STRICT;

CREATE TABLE growth (                    -- of a point; year 0 is what is bought now
  point_id    INTEGER NOT NULL REFERENCES point,
  year        INTEGER NOT NULL,
  vms         REAL NOT NULL,
  servers     INTEGER NOT NULL,
  usd         REAL NOT NULL,             -- bought in this year
  total_usd   REAL NOT NULL,             -- bought up to this year
  bought      TEXT NOT NULL,             -- '2 tor-48x1gbe, 4 srv-2u'
  PRIMARY KEY (point_id, year)
) STRICT;

CREATE TABLE risk (                      -- total cost of a point where prices are uncertain
  point_id    INTEGER PRIMARY KEY REFERENCES point,
  samples     INTEGER NOT NULL,
  mean REAL NOT NULL, sd REAL NOT NULL, p05 REAL NOT NULL, p50 REAL NOT NULL, p95 REAL NOT NULL,
  cheapest    REAL NOT NULL              -- share of the samples in which no other design costs less
) STRICT;

CREATE TABLE ranking (                   -- an order of the designs of a combination of factors, cheapest first
  ranking_id  INTEGER NOT NULL,          -- combination * 100000 + its number, by falling samples
  place       INTEGER NOT NULL,          -- 1 = cheapest
  point_id    INTEGER NOT NULL REFERENCES point,
  samples     INTEGER NOT NULL,          -- in which it was this order
  PRIMARY KEY (ranking_id, place)
) STRICT;

CREATE TABLE tornado (                   -- what an uncertain entry does to the difference of the two cheapest designs
  point_id    INTEGER NOT NULL REFERENCES point, -- the cheapest with everything at its median
  against_id  INTEGER NOT NULL REFERENCES point, -- the next
  name        TEXT NOT NULL,             -- of the entry
  p10 REAL NOT NULL, p50 REAL NOT NULL, p90 REAL NOT NULL, -- quantiles of its draws
  low_usd REAL NOT NULL, high_usd REAL NOT NULL, -- against - point with it at p10, at p90, all others at p50
  median_usd  REAL NOT NULL,             -- against - point with all at p50
  PRIMARY KEY (point_id, name)
) STRICT;

CREATE TABLE curve (                     -- total cost over a quantity or a price, of the first combination of factors
  curve_id    INTEGER NOT NULL,
  point_id    INTEGER NOT NULL REFERENCES point,
  what        TEXT NOT NULL,             -- 'servers', 'price of a port of tor-48x1gbe'
  unit        TEXT NOT NULL,
  now         REAL NOT NULL,             -- what the scenario says
  x REAL NOT NULL, total_usd REAL,       -- NULL = infeasible
  PRIMARY KEY (curve_id, point_id, x)
) STRICT;

CREATE TABLE crossing (                  -- where the cheapest design of a curve changes
  curve_id    INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  x           REAL NOT NULL,             -- of whole numbers the first at which it is to_id
  from_id INTEGER REFERENCES point, to_id INTEGER REFERENCES point, -- NULL = none is feasible
  PRIMARY KEY (curve_id, number)
) STRICT;

CREATE TABLE level (                     -- service levels asked for
  level_id    INTEGER PRIMARY KEY,
  study_id    INTEGER NOT NULL REFERENCES study,
  name        TEXT NOT NULL,
  vms         TEXT NOT NULL,             -- VM class, or 'all'
  workload    TEXT NOT NULL,             -- '' = every workload of the class that has the metric
  metric      TEXT NOT NULL,
  stat        TEXT NOT NULL,             -- mean p50 p95 p99 p999 max
  bound       REAL NOT NULL,
  unit        TEXT NOT NULL,
  at_least    INTEGER NOT NULL,
  UNIQUE (study_id, name)
) STRICT;

CREATE TABLE expectation (               -- what theory or a publication says comes out
  expectation_id INTEGER PRIMARY KEY,    -- point_id * 1000 + its number in the scenario, from 1
  point_id    INTEGER NOT NULL REFERENCES point,
  what        TEXT NOT NULL,
  source      TEXT NOT NULL,
  class       TEXT NOT NULL,             -- A exact or analytic, B measured, C trend
  kind        TEXT NOT NULL,             -- of the entity: vms, run, or '' = any other; of the plan: cost, item, plan
  entity      TEXT NOT NULL,             -- of kind run, plan: what the reason of its outcome contains
  metric      TEXT NOT NULL,             -- of kind run, plan: the outcome; cost: its name; item: of the bill
  stat        TEXT NOT NULL,             -- mean p50 p95 p99 p999 max
  unit        TEXT NOT NULL,
  form        TEXT NOT NULL,             -- =, >=, <=; ends: of kind run, plan
  expected    REAL NOT NULL,
  tolerance   REAL NOT NULL,             -- of =, relative; 0 = exactly
  trend       TEXT NOT NULL,
  against     TEXT NOT NULL,             -- design: expected is the ratio to the same there; '' = none
  outcome     TEXT NOT NULL              -- as which the runs of the point are to end; those that do are counted
) STRICT;

CREATE TABLE parameter (                 -- parameters in force with their default values, and where those are from
  study_id    INTEGER NOT NULL REFERENCES study,
  path        TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL,
  PRIMARY KEY (study_id, path)
) STRICT;

CREATE TABLE warning (
  study_id    INTEGER NOT NULL REFERENCES study,
  number      INTEGER NOT NULL,
  text        TEXT NOT NULL,
  PRIMARY KEY (study_id, number)
) STRICT;

CREATE INDEX run_point ON run(point_id);
CREATE INDEX summary_entity ON summary(entity_id, metric_id);

CREATE TABLE t_quantile (                -- Student's t: two-sided quantile by degrees of freedom, at the study's confidence
  df INTEGER PRIMARY KEY, t REAL NOT NULL
) STRICT;
