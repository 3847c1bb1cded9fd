/** Error codes of `otakit/cohort`. */

import { OtaError } from "../core/index.ts";

/** Codes of {@link CohortError}: cause and remedy of each. */
export const cohortErrorCodes = {
  ERR_COHORT_ID:
    "An identifier is empty or has a lone surrogate, which has no bytes. Remedy: pass the stored identifier.",
  ERR_COHORT_SALT:
    "A salt is not 16 lower-case hexadecimal digits. Remedy: make it once with `campaignSalt` and keep it.",
  ERR_COHORT_RING_PLAN: "A ring plan does not have the shape its schema promises. Remedy: see `path`.",
  ERR_COHORT_RING_PLAN_VERSION:
    "A ring plan names a schema this release of otakit does not know. Remedy: update otakit; do not edit the plan.",
  ERR_COHORT_STRATA_LIMIT:
    "A fleet has more strata or vehicles than a census may count. Remedy: stratify by fewer attributes, or raise the limit knowingly.",
  ERR_COHORT_LAYER: "A layer does not have the shape its schema promises. Remedy: see `path`.",
  ERR_COHORT_LAYER_VERSION:
    "A layer names a schema this release of otakit does not know. Remedy: update otakit; do not edit the layer.",
  ERR_COHORT_LAYER_FULL:
    "A layer has no free range of the asked size. Remedy: end a campaign, ask for less, or open another layer for ECUs that share nothing.",
  ERR_COHORT_SOURCE_CHANGED:
    "A source of vehicles gave others when it was read again. Remedy: read a snapshot, or plan again.",
  ERR_COHORT_CATALOGUE: "An attribute catalogue does not have the shape its schema promises. Remedy: see `path`.",
  ERR_COHORT_CATALOGUE_VERSION:
    "A catalogue names a schema this release of otakit does not know. Remedy: update otakit; do not edit the catalogue.",
  ERR_COHORT_SELECTOR: "A selector does not have the shape its schema promises. Remedy: see `path`.",
  ERR_COHORT_SELECTOR_VERSION:
    "A selector names a schema this release of otakit does not know. Remedy: update otakit; do not edit the selector.",
  ERR_COHORT_SELECTOR_LIMIT:
    "A selector is deeper than 32, has more than 1,000 nodes or a list of more than 10,000. Remedy: keep long lists beside it, with `inList`.",
  ERR_COHORT_ATTRIBUTE: "A selector names an attribute that the catalogue does not have. Remedy: see `path`.",
  ERR_COHORT_TYPE: "An attribute has a type for which the operation has no meaning. Remedy: see `path`.",
  ERR_COHORT_VALUE: "A value in a selector is none of its attribute's type. Remedy: see `path`.",
  ERR_COHORT_COLUMNS:
    "A column that is read is not in the table, or has too few rows. Remedy: see `details`; pass nulls by `validity`.",
  ERR_COHORT_RSQL:
    "A filter does not follow the grammar, or names what the catalogue does not have. Remedy: see `offset`.",
  ERR_COHORT_RSQL_UNSUPPORTED:
    "A filter or selector says what the other language has no word for. Remedy: see `offset` or `path`, and write that part by hand.",
  ERR_COHORT_SQL_COLUMN:
    "A column that SQL needs is not in the catalogue, or its name is not plain. Remedy: name `column` or `keyColumn` there.",
  ERR_COHORT_SQL_BUCKET:
    "The database has no SHA-256 for a bucket. Remedy: register `cohort_bucket`, or keep the bucket in a column.",
  ERR_COHORT_SQL_PARAMS:
    "A selector needs more parameters than databases take. Remedy: keep long lists in a table, with `inList`.",
  ERR_COHORT_ROLLOUT_PLAN:
    "A rollout plan does not have the shape its schema promises: it may lack owner, stop condition or recovery path. Remedy: see `path`.",
  ERR_COHORT_ROLLOUT_PLAN_VERSION:
    "A rollout plan names a schema this release of otakit does not know. Remedy: update otakit; do not edit the plan.",
  ERR_COHORT_AGGREGATE:
    "An aggregate does not have the shape its schema promises, or its counters cannot be true together. Remedy: see `path`.",
  ERR_COHORT_AGGREGATE_VERSION:
    "An aggregate names a schema this release of otakit does not know. Remedy: update otakit; do not edit the aggregate.",
  ERR_COHORT_FOREIGN_RULES:
    "Rollout rules of another system do not have their shape, or have no meaning there. Remedy: see `path`.",
  ERR_COHORT_AGGREGATE_LIMIT:
    "A fold has more vehicles than its limit, or a sum beyond 2^53 - 1. Remedy: fold parts of the fleet and merge their aggregates.",
  ERR_COHORT_GATE_CONTEXT: "The context of a look, or the state in it, does not have its shape. Remedy: see `path`.",
  ERR_COHORT_GATE_STATE_VERSION:
    "The state of a gate names a schema this release of otakit does not know. Remedy: update otakit; do not edit the state.",
  ERR_COHORT_SCENARIO:
    "A rollout scenario does not have the shape its schema promises, or names what its plan does not have. Remedy: see `path`.",
  ERR_COHORT_SCENARIO_VERSION:
    "A rollout scenario names a schema this release of otakit does not know. Remedy: update otakit; do not edit the scenario.",
  ERR_COHORT_LIST: "A selector names a list that was not given. Remedy: pass it in `lists`.",
} as const;

/** Code of a {@link CohortError}. */
export type CohortErrorCode = keyof typeof cohortErrorCodes;

/** An identifier, salt or plan from which no cohort can be formed. */
export class CohortError extends OtaError<CohortErrorCode> {}
