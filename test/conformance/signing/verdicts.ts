/** What the suites of signatures share: the providers under test, and counting of verdicts. */

import { bytesToHex, bytesToUtf8 } from "otakit/core";
import { defaultSignatureProvider, pureSignatureProvider, type SignatureProvider } from "otakit/signing";
import type { LoadVectors, SuiteOutcome } from "../suite.ts";

/** Only one on runtimes whose default is the pure one. */
const providers: readonly SignatureProvider[] =
  defaultSignatureProvider.name === pureSignatureProvider.name
    ? [pureSignatureProvider]
    : [defaultSignatureProvider, pureSignatureProvider];

export const providerNames: string = providers.map(({ name }) => name).join(" and ");

/** One row and what is wrong with it. */
export interface Verdict {
  readonly name: string;
  readonly faults: readonly string[];
}

/** What is wrong with the verdict of any provider. */
export function verdictFaults(valid: boolean, verify: (provider: SignatureProvider) => boolean): string[] {
  return providers
    .filter((provider) => verify(provider) !== valid)
    .map(({ name }) => `${name} ${valid ? "refuses" : "accepts"} it`);
}

/** What is wrong with the refusal of an input whose bytes alone refuse it: no provider may see its signature. */
export function byteCheckFaults(verify: (provider: SignatureProvider) => boolean): string[] {
  askedByMistake = false;
  const faults = verify(unaskedProvider) ? ["it is accepted"] : [];
  return askedByMistake ? [...faults, "a provider is asked"] : faults;
}

let askedByMistake = false;

/** One object, so that its keys are imported once. */
const unaskedProvider: SignatureProvider = {
  ...pureSignatureProvider,
  importPublicKey: () => ({
    verify() {
      askedByMistake = true;
      return false;
    },
  }),
};

/** The faulty ones of many inputs. */
export function faultyOf<Input extends { readonly kind: string }>(
  count: number,
  next: () => Input,
  faultsOf: (input: Input) => readonly string[],
): Verdict[] {
  const faulty: Verdict[] = [];
  for (let index = 0; index < count; index++) {
    const input = next();
    const faults = faultsOf(input);
    if (faults.length > 0) faulty.push({ name: nameOf(index, input), faults });
  }
  return faulty;
}

function nameOf(index: number, { kind, ...rest }: { readonly kind: string }): string {
  const inHex = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? bytesToHex(value) : value);
  return `input ${index} (${kind}) ${JSON.stringify(rest, inHex)}`;
}

/** Counts verdicts; `total` when faultless ones are not among them. */
export function outcomeOf(verdicts: readonly Verdict[], why = "", total = verdicts.length): SuiteOutcome {
  const failures = verdicts.filter(({ faults }) => faults.length > 0).map(describe);
  const failed = failures.length;
  return { total, passed: total - failed, failed, skipped: 0, failures: failures.slice(0, 100), why };
}

function describe({ name, faults }: Verdict): string {
  return `${name}: ${faults.join(", ")}`;
}

export function readJson(load: LoadVectors, path: string): unknown {
  return JSON.parse(bytesToUtf8(load(path)));
}

/** A file of Wycheproof, as far as the suites read it. */
export interface WycheproofFile<Group> {
  readonly testGroups: readonly (Group & { readonly tests: readonly WycheproofTest[] })[];
}

/** One row. */
interface WycheproofTest {
  readonly tcId: number;
  readonly comment: string;
  readonly msg: string;
  readonly sig: string;
  readonly tag: string;
  readonly key: string;
  readonly result: string;
}
