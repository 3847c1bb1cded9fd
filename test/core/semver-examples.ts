/** The examples of the text of Semantic Versioning 2.0.0, and forms that its grammar excludes. */

/** Clauses 2, 9, 10 and 11: valid versions. */
export const validVersions: readonly string[] = [
  "1.9.0",
  "1.10.0",
  "1.11.0",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-0.3.7",
  "1.0.0-x.7.z.92",
  "1.0.0-x-y-z.--",
  "1.0.0-alpha+001",
  "1.0.0+20130313144700",
  "1.0.0-beta+exp.sha.5114f85",
  "1.0.0+21AF26D3---117B344092BD",
  "0.0.0",
  "1.0.0-0",
  "1.0.0--",
  "1.0.0-0a",
  "1.0.0-01-",
  "1.0.0+0.00.000",
  "1.0.0+-.-",
];

/** Clauses 2 and 11: chains of rising precedence. */
export const risingChains: readonly (readonly string[])[] = [
  ["1.9.0", "1.10.0", "1.11.0"],
  ["1.0.0", "2.0.0", "2.1.0", "2.1.1"],
  ["1.0.0-alpha", "1.0.0"],
  [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
  ],
];

/** Clause 10: versions that differ in build metadata only. */
export const equalPairs: readonly (readonly [string, string])[] = [
  ["1.0.0", "1.0.0+20130313144700"],
  ["1.0.0-alpha", "1.0.0-alpha+001"],
  ["1.0.0-beta+exp.sha.5114f85", "1.0.0-beta+21AF26D3---117B344092BD"],
];

/** Outside the grammar, each for one rule. */
export const invalidVersions: readonly string[] = [
  "",
  "1",
  "1.2",
  "1.2.3.4",
  "v1.2.3",
  " 1.2.3",
  "1.2.3 ",
  "1.2.3\n",
  "01.2.3",
  "1.02.3",
  "1.2.03",
  "1.2.-3",
  "-1.2.3",
  "+1.2.3",
  "1..3",
  ".1.2",
  "1.2.",
  "1.2.x",
  "1.2.3-",
  "1.2.3-.",
  "1.2.3-a.",
  "1.2.3-.a",
  "1.2.3-a..b",
  "1.2.3-01",
  "1.2.3-a.00",
  "1.2.3-a_b",
  "1.2.3-é",
  "1.2.3+",
  "1.2.3+a.",
  "1.2.3+a..b",
  "1.2.3+a+b",
  "1.2.3+a_b",
  "1.2.3-a+",
  "١.2.3",
  "1.2.３",
  "1,2,3",
  "1e3.0.0",
];
