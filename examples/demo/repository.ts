/** A TUF repository of real firmware: built, rehearsed, followed by a vehicle over two releases, and attacked. */

import { bytesToHex, sha256, utf8ToBytes } from "otakit/core";
import {
  addTufTarget,
  buildTufRepository,
  bumpTufVersion,
  createTufClient,
  describeTufTarget,
  findTufTarget,
  nextTufRequest,
  parseTufMetadata,
  planPublication,
  stepTufClient,
  type TufRequest,
  type TufStep,
  type TufTargets,
  tufTargetFile,
  updateTufRepository,
} from "otakit/manifest";
import { createLocalSigner, verifyTarget } from "otakit/signing";
import { loadFirmware } from "./firmware.ts";
import { bytes, codeOf, type Report } from "./report.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 25, 12);
const signerOf = (name: string) => createLocalSigner(sha256(utf8ToBytes(`tuf/${name}`)));
const online = signerOf("online");
const [ada, ben] = [signerOf("ada"), signerOf("ben")];
const path = "hubs/primehub.bin";

type Files = Map<string, Uint8Array>;

/** A vehicle with its store. */
class Vehicle {
  readonly store: Files;
  readonly #root: Uint8Array;
  readonly #now: number;
  client;

  constructor(root: Uint8Array, store: Files = new Map(), at: number = now) {
    this.#root = root;
    this.#now = at;
    this.store = store;
    this.client = createTufClient(store.get("root.json") ?? root);
  }

  /** Refreshes; gives the refusing step, if any. */
  refresh(files: Files): TufStep | undefined {
    this.client = createTufClient(this.store.get("root.json") ?? this.#root);
    for (let request = nextTufRequest(this.client); request !== undefined; request = nextTufRequest(this.client)) {
      const step = this.#answer(request, files);
      if (step.decision === "refuse") return step;
    }
    return undefined;
  }

  /** The whole answer in one word: the digest of a verified download, or the decisive code. */
  fetch(files: Files, targets: ReadonlyMap<string, Uint8Array>): string {
    const refused = this.refresh(files);
    if (refused !== undefined) return refused.reasons[0]!.code;
    const lookup = findTufTarget(this.client, path);
    if (lookup.decision !== "found") return lookup.decision;
    const { hashes, length } = lookup.target;
    const served = targets.get(tufTargetFile(path, hashes["sha256"])) ?? new Uint8Array();
    const code = codeOf(() => verifyTarget(served, { hashes, length }));
    return code === "accepted" ? bytesToHex(sha256(served)) : code;
  }

  #answer(request: TufRequest, files: Files): TufStep {
    const answer = request.kind === "load" ? this.store.get(request.file) : files.get(request.file);
    const step = stepTufClient(this.client, { request, bytes: answer }, this.#now);
    for (const change of step.persist) {
      if (change.bytes === undefined) this.store.delete(change.file);
      else this.store.set(change.file, change.bytes);
    }
    this.client = step.state;
    return step;
  }
}

/** Two releases of one repository, and everything that goes wrong between them. */
export async function showRepository(report: Report): Promise<void> {
  report.section("Repository: TUF metadata over the firmware, and a vehicle that follows it");
  const [first, second] = [loadFirmware("primehub", "7.27"), loadFirmware("primehub", "7.28")];
  const expires = {
    root: now + 365 * 24 * hour,
    targets: now + 90 * 24 * hour,
    snapshot: now + 90 * 24 * hour,
    timestamp: now + 24 * hour,
  };
  const built = await buildTufRepository({
    targets: { [path]: first },
    roles: {
      root: { signers: [ada, ben], threshold: 2 },
      targets: { signers: [ada, ben], threshold: 2 },
      snapshot: { signers: [online] },
      timestamp: { signers: [online] },
    },
    expires,
  });
  const published: Files = new Map(built.metadata);
  const vehicle = new Vehicle(built.root);
  report.expect("7.27 from the repository", bytesToHex(sha256(first)), vehicle.fetch(published, built.targets));

  const listed = parseTufMetadata(published.get("1.targets.json")!).signed as TufTargets;
  const next = addTufTarget(bumpTufVersion(listed, { expires: expires.targets }), path, describeTufTarget(second));
  const changes = await updateTufRepository({
    published,
    targets: { targets: next },
    signers: [ada, ben, online],
    expires,
  });
  const plan = planPublication({ published, changes, now });
  report.expect("rehearsal with clients of every age", "publish", plan.decision);
  report.line(`       upload order: ${plan.uploads.map((upload) => ("file" in upload ? upload.file : "")).join(" ")}`);
  const targets = new Map([...built.targets, [tufTargetFile(path, bytesToHex(sha256(second))), second]]);
  const newest: Files = new Map([...published, ...changes]);
  report.expect("7.28 after the publication", bytesToHex(sha256(second)), vehicle.fetch(newest, targets));
  report.line(`       stored: ${[...vehicle.store.keys()].join(" ")}`);

  const attacked = (files: Files, served: ReadonlyMap<string, Uint8Array> = targets, at = now) =>
    new Vehicle(built.root, new Map(vehicle.store), at).fetch(files, served);
  report.expect("the old release is served again", "tuf_version_rollback", attacked(published));
  report.expect("a repository that stands still", "tuf_expired", attacked(newest, targets, now + 24 * hour));
  const forged = new Map([...newest, ["timestamp.json", forge(newest.get("timestamp.json")!)]]);
  report.expect("one changed byte of a signed version", "tuf_threshold_not_met", attacked(forged));
  const swapped = new Map([...targets].map(([file, content]) => [file, content === second ? first : content]));
  report.expect("other firmware under the new name", "ERR_SIGNING_TARGET_LENGTH", attacked(newest, swapped));
  report.line(
    `       metadata of ${bytes([...newest.values()].reduce((sum, { length }) => sum + length, 0))} in ${newest.size} files`,
  );
}

/** Raises the version inside of a signed file, as an attacker without the key would. */
function forge(file: Uint8Array): Uint8Array {
  return utf8ToBytes(new TextDecoder().decode(file).replace(/"version": ?2/g, '"version":9'));
}
