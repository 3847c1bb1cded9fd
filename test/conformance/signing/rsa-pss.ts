/** RSASSA-PSS against Wycheproof and inputs made here. */

import { hexToBytes } from "otakit/core";
import { isValidSignature, parsePublicKey } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { rsaEdgeInputs, rsaHopelessInputs } from "../../signing/rsa-inputs.ts";
import type { ConformanceSuite, LoadVectors, SuiteEffort, SuiteOutcome } from "../suite.ts";
import {
  byteCheckFaults,
  faultyOf,
  outcomeOf,
  providerNames,
  readJson,
  verdictFaults,
  type WycheproofFile,
} from "./verdicts.ts";

const name = "signing/rsa_pss_2048_sha256_mgf1_32_test";

export const rsaPssSuites: readonly ConformanceSuite[] = [
  { suite: name, file: `${name}.json`, run: wycheproof },
  { suite: "signing/rsa-pss-differential", run: differential },
];

function wycheproof(load: LoadVectors): SuiteOutcome {
  const { testGroups } = readJson(load, `${name}.json`) as WycheproofFile<{
    readonly publicKeyDer: string;
    readonly publicKeyPem: string;
  }>;
  const verdicts = testGroups.flatMap(({ publicKeyDer, publicKeyPem, tests }) => {
    const [key, again] = [parsePublicKey(publicKeyPem), parsePublicKey(hexToBytes(publicKeyDer))];
    return tests.map(({ tcId, comment, msg, sig, result }) => {
      const [message, signature] = [hexToBytes(msg), hexToBytes(sig)];
      const faults = verdictFaults(result === "valid", (provider) =>
        isValidSignature(key, message, signature, { provider }),
      );
      if (key.material !== again.material) faults.push("DER and PEM of the key are read as different keys");
      return { name: `tcId ${tcId} ${comment}`, faults };
    });
  });
  return outcomeOf(verdicts, `verdicts of ${providerNames}; keys read as DER and PEM`);
}

/** Inputs made here: the expected verdict is known, because every step of the encoding is made by hand. */
function differential(_load: LoadVectors, effort: SuiteEffort): SuiteOutcome {
  const [edges, hopeless] = effort === "brief" ? [2_000, 100_000] : [20_000, 1_000_000];
  const random = seededRandom("signing/rsa-pss-differential");
  const verdicts = faultyOf(edges, rsaEdgeInputs(random), (input) =>
    verdictFaults(input.valid, (provider) =>
      isValidSignature(input.key, input.message, input.signature, { ...input, provider }),
    ),
  );
  verdicts.push(
    ...faultyOf(hopeless, rsaHopelessInputs(random), (input) =>
      byteCheckFaults((provider) =>
        isValidSignature(input.key, input.message, input.signature, { ...input, provider }),
      ),
    ),
  );
  return outcomeOf(
    verdicts,
    `${edges} edge inputs (salts, padding, masks, trailers; moduli of 2048 to 2056, 3072, 4096 and 8192 bits; three hashes): ` +
      `verdicts of ${providerNames} equal the known one; ${hopeless} inputs that bytes alone refuse: no provider is asked`,
    edges + hopeless,
  );
}
