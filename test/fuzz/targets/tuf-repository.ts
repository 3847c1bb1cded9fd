/** Fuzz targets of the repository side of TUF: files of a repository that somebody else wrote, or damaged. */

import { equalBytes, isOtaError } from "otakit/core";
import {
  buildTufRepository,
  encodeTufMetadata,
  parseTufMetadata,
  planRotation,
  readTufRepository,
  rehearsePublication,
  reportTufExpiry,
  rotateTufRoot,
} from "otakit/manifest";
import { createLocalSigner } from "otakit/signing";
import type { FuzzTarget } from "../target.ts";

const now = Date.UTC(2026, 10, 25);
const expires = now + 30 * 86_400_000;
const signers = [createLocalSigner(new Uint8Array(32).fill(1))];
const repository = await buildTufRepository({
  targets: { "a.bin": Uint8Array.of(1) },
  roles: { root: { signers }, timestamp: { signers }, snapshot: { signers }, targets: { signers } },
  expires: { root: expires, timestamp: expires, snapshot: expires, targets: expires },
  delegations: [{ name: "A", signers, paths: ["a/*"], targets: { "a/b": Uint8Array.of(2) } }],
  consistentSnapshot: false,
  listHashes: false,
});
const seeds = [...repository.metadata.values()];
const root = readTufRepository(repository.metadata).root.signed;
const dictionary = [
  '"keyids":',
  '"threshold":',
  '"delegations":',
  '"roles":',
  '"meta":',
  '"version":0',
  "[]",
  "{}",
].map((text) => new TextEncoder().encode(text));

/** The value, or nothing for a typed refusal; any other error is a finding. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isOtaError(error)) throw error;
    return undefined;
  }
}

export const targets: readonly FuzzTarget[] = [
  {
    name: "manifest/encodeTufMetadata",
    seeds,
    dictionary,
    run(input) {
      const metadata = attempt(() => parseTufMetadata(input));
      if (metadata === undefined) return;
      const written = attempt(() => encodeTufMetadata(metadata));
      if (written === undefined) throw new Error("what was read cannot be written");
      if (!equalBytes(encodeTufMetadata(parseTufMetadata(written)), written))
        throw new Error("two forms of one document");
    },
  },
  {
    name: "manifest/rehearsePublication",
    seeds,
    dictionary,
    run(input) {
      for (const file of repository.metadata.keys()) {
        const changes = new Map([...repository.metadata, [file, input]]);
        const { decision } = rehearsePublication({ published: repository.metadata, changes, now });
        const view = attempt(() => readTufRepository(changes));
        if (decision === "publish" && view === undefined) throw new Error("publishes what is no repository");
        if (view !== undefined) attempt(() => reportTufExpiry(view, now, 0));
      }
    },
  },
  {
    name: "manifest/planRotation",
    seeds: seeds.slice(0, 1),
    dictionary,
    run(input) {
      const availableKeys = signers.map(({ publicKey }) => publicKey);
      const proposed = attempt(() => parseTufMetadata(input))?.signed;
      const next = proposed?._type === "root" ? proposed : root;
      planRotation({ roots: [repository.root], proposed: next, availableKeys, now });
      planRotation({ roots: [repository.root, input], proposed: next, availableKeys, now });
      if (proposed?._type === "root") attempt(() => rotateTufRoot(proposed, { expires }));
    },
  },
];
