/** HMAC-SHA-256 against Wycheproof. */

import { defaultHashProvider, hexToBytes, pureHashProvider } from "otakit/core";
import { isValidHmacSha256 } from "otakit/signing";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import { outcomeOf, readJson, type WycheproofFile } from "./verdicts.ts";

export const hmacSuites: readonly ConformanceSuite[] = [
  { suite: "signing/hmac_sha256_test", file: "signing/hmac_sha256_test.json", run: wycheproof },
];

function wycheproof(load: LoadVectors): SuiteOutcome {
  const { testGroups } = readJson(load, "signing/hmac_sha256_test.json") as WycheproofFile<{
    readonly tagSize: number;
  }>;
  const hashProviders = [...new Set([defaultHashProvider, pureHashProvider])];
  const verdicts = testGroups.flatMap(({ tagSize, tests }) =>
    tests.map(({ tcId, comment, key, msg, tag, result }) => {
      const symmetric = { scheme: "hmac-sha256", keyId: "", secret: hexToBytes(key) } as const;
      const valid = result === "valid";
      const faults = hashProviders
        .filter((provider) => {
          const options = { tagLength: tagSize / 8, provider };
          return isValidHmacSha256(symmetric, hexToBytes(msg), hexToBytes(tag), options) !== valid;
        })
        .map((provider) => `${provider.name} ${valid ? "refuses" : "accepts"} it`);
      return { name: `tcId ${tcId} ${comment}`, faults };
    }),
  );
  return outcomeOf(
    verdicts,
    `verdicts with the hashes of ${hashProviders.map((provider) => provider.name).join(" and ")}`,
  );
}
