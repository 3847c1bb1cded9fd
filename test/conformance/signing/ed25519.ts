/** Ed25519 against Wycheproof, CCTV and inputs made here. */

import { hexToBytes, utf8ToBytes } from "otakit/core";
import { isValidEd25519, isValidSignature, parsePublicKey } from "otakit/signing";
import { seededRandom } from "../../../scripts/random.ts";
import { type Ed25519Input, edgeInputs, hopelessInputs } from "../../signing/ed25519-inputs.ts";
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

interface CctvRow {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

/** Flags of CCTV whose inputs the strict rule refuses; all other inputs of the file are valid. */
const strictlyRefused = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"];

export const ed25519Suites: readonly ConformanceSuite[] = [
  { suite: "signing/ed25519_test", file: "signing/ed25519_test.json", run: wycheproof },
  { suite: "signing/cctv-ed25519-even", file: "signing/cctv-ed25519-even.json", run: cctv },
  { suite: "signing/ed25519-differential", run: differential },
];

function wycheproof(load: LoadVectors): SuiteOutcome {
  const { testGroups } = readJson(load, "signing/ed25519_test.json") as WycheproofFile<{
    readonly publicKey: { readonly pk: string };
    readonly publicKeyPem: string;
    readonly publicKeyJwk: object;
  }>;
  const verdicts = testGroups.flatMap(({ publicKey, publicKeyPem, publicKeyJwk, tests }) => {
    const forms = [publicKey.pk, publicKeyPem, JSON.stringify(publicKeyJwk)].map((form) => parsePublicKey(form));
    const agree = new Set(forms.map(({ material }) => material)).size === 1;
    return tests.map(({ tcId, comment, msg, sig, result }) => {
      const [message, signature] = [hexToBytes(msg), hexToBytes(sig)];
      const faults = verdictFaults(result === "valid", (provider) =>
        isValidSignature(forms[0]!, message, signature, { provider }),
      );
      if (!agree) faults.push("hexadecimal, PEM and JWK forms are read as different keys");
      return { name: `tcId ${tcId} ${comment}`, faults };
    });
  });
  return outcomeOf(verdicts, `verdicts of ${providerNames}; keys read as hexadecimal, PEM and JWK`);
}

function cctv(load: LoadVectors): SuiteOutcome {
  const rows = readJson(load, "signing/cctv-ed25519-even.json") as readonly CctvRow[];
  const verdicts = rows.map(({ number, key, sig, msg, flags }) => ({
    name: `number ${number} ${flags}`,
    faults: verdictFaults(!flags?.some((flag) => strictlyRefused.includes(flag)), (provider) =>
      isValidSignature({ scheme: "ed25519", keyId: "", material: key }, utf8ToBytes(msg), hexToBytes(sig), {
        provider,
      }),
    ),
  }));
  return outcomeOf(verdicts, `verdicts of ${providerNames}; expected is the strict rule, from the flags`);
}

/** Inputs made here: the expected verdict is known because the discrete logarithms are. */
function differential(_load: LoadVectors, effort: SuiteEffort): SuiteOutcome {
  const [edges, hopeless] = effort === "brief" ? [2_000, 100_000] : [20_000, 1_000_000];
  const random = seededRandom("signing/ed25519-differential");
  const verdicts = faultyOf(edges, edgeInputs(random), (input) =>
    verdictFaults(input.valid, (provider) => verify(input, provider)),
  );
  verdicts.push(
    ...faultyOf(hopeless, hopelessInputs(random), (input) => byteCheckFaults((provider) => verify(input, provider))),
  );
  return outcomeOf(
    verdicts,
    `${edges} edge inputs (torsion, S + n L, y >= p, sign flips): verdicts of ${providerNames} equal the known one; ` +
      `${hopeless} inputs that bytes alone refuse: no provider is asked`,
    edges + hopeless,
  );
}

function verify(
  { publicKey, message, signature }: Ed25519Input,
  provider: Parameters<typeof isValidEd25519>[3],
): boolean {
  return isValidEd25519(publicKey, message, signature, provider);
}
