/** ECDSA on P-256 and P-384 against Wycheproof and inputs made here. */

import { hexToBytes } from "otakit/core";
import { isValidSignature, parsePublicKey } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { type EcdsaScheme, ecdsaEdgeInputs, ecdsaHopelessInputs } from "../../signing/ecdsa-inputs.ts";
import type { ConformanceSuite, LoadVectors, SuiteOutcome } from "../suite.ts";
import {
  byteCheckFaults,
  faultyOf,
  outcomeOf,
  providerNames,
  readJson,
  verdictFaults,
  type WycheproofFile,
} from "./verdicts.ts";

export const ecdsaSuites: readonly ConformanceSuite[] = [
  wycheproof("ecdsa_secp256r1_sha256_test", "der"),
  wycheproof("ecdsa_secp256r1_sha256_p1363_test", "p1363"),
  differential("signing/ecdsa-p256-differential", "ecdsa-sha2-nistp256"),
  differential("signing/ecdsa-p384-differential", "ecdsa-sha2-nistp384"),
];

function wycheproof(name: string, ecdsaEncoding: "der" | "p1363"): ConformanceSuite {
  const file = `signing/${name}.json`;
  return { suite: `signing/${name}`, file, run: (load) => runWycheproof(load, file, ecdsaEncoding) };
}

function runWycheproof(load: LoadVectors, file: string, ecdsaEncoding: "der" | "p1363"): SuiteOutcome {
  const { testGroups } = readJson(load, file) as WycheproofFile<{
    readonly publicKey: { readonly uncompressed: string };
    readonly publicKeyDer: string;
    readonly publicKeyPem: string;
    readonly publicKeyJwk?: object;
  }>;
  const verdicts = testGroups.flatMap(({ publicKey, publicKeyDer, publicKeyPem, publicKeyJwk, tests }) => {
    const scheme = "ecdsa-sha2-nistp256";
    const point = publicKey.uncompressed;
    const compressed = (Number.parseInt(point.slice(-1), 16) % 2 === 0 ? "02" : "03") + point.slice(2, 66);
    const forms = [point, compressed, hexToBytes(publicKeyDer), publicKeyPem];
    if (publicKeyJwk !== undefined) forms.push(JSON.stringify(publicKeyJwk));
    const keys = forms.map((form) => parsePublicKey(form, { scheme }));
    const agree = new Set(keys.map(({ material }) => material)).size === 1;
    return tests.map(({ tcId, comment, msg, sig, result }) => {
      const [message, signature] = [hexToBytes(msg), hexToBytes(sig)];
      const faults = verdictFaults(result === "valid", (provider) =>
        isValidSignature(keys[0]!, message, signature, { provider, ecdsaEncoding }),
      );
      if (!agree) faults.push("forms of the key are read as different keys");
      return { name: `tcId ${tcId} ${comment}`, faults };
    });
  });
  return outcomeOf(verdicts, `verdicts of ${providerNames}; keys read as point, compressed point, DER, PEM and JWK`);
}

/** Inputs made here: the expected verdict is known, because keys are made to fit signatures. */
function differential(suite: string, scheme: EcdsaScheme): ConformanceSuite {
  return {
    suite,
    run(_load, effort) {
      const [edges, hopeless] = effort === "brief" ? [2_000, 100_000] : [20_000, 1_000_000];
      const random = seededRandom(suite);
      const verdicts = faultyOf(edges, ecdsaEdgeInputs(scheme, random), (input) =>
        verdictFaults(input.valid, (provider) =>
          isValidSignature(input.key, input.message, input.signature, { ...input, provider }),
        ),
      );
      const next = ecdsaHopelessInputs(scheme, random);
      verdicts.push(
        ...faultyOf(hopeless, next, (input) =>
          byteCheckFaults((provider) =>
            isValidSignature(input.key, input.message, input.signature, { ...input, provider }),
          ),
        ),
      );
      return outcomeOf(
        verdicts,
        `${edges} edge inputs (extreme r, s and R, equal and opposite addends, both halves of s, ranges, DER): verdicts of ` +
          `${providerNames} equal the known one; ${hopeless} inputs that bytes alone refuse: no provider is asked`,
        edges + hopeless,
      );
    },
  };
}
