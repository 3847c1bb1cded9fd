/**
 * Signatures and authentication codes against published vectors, and against inputs whose verdicts are known because they were made
 * here. A row passes only if the default and the pure provider both give the expected verdict.
 */

import { dsseSuites } from "../signing/dsse.ts";
import { ecdsaSuites } from "../signing/ecdsa.ts";
import { ed25519Suites } from "../signing/ed25519.ts";
import { hmacSuites } from "../signing/hmac.ts";
import { rsaPssSuites } from "../signing/rsa-pss.ts";
import type { ConformanceSuite } from "../suite.ts";

export const suites: readonly ConformanceSuite[] = [
  ...ed25519Suites,
  ...ecdsaSuites,
  ...rsaPssSuites,
  ...hmacSuites,
  ...dsseSuites,
];
