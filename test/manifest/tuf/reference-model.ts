/**
 * What a TUF client must do (1.0.34 section 5), on files that are nothing but their facts: no bytes, no cryptography.
 *
 * Written from the specification and from what `TufStep.persist` promises, so that a test can compare the client with it.
 */

export const modelRoles = ["root", "timestamp", "snapshot", "targets"] as const;
export type ModelRole = (typeof modelRoles)[number];

/** The facts of a metadata file. */
export interface ModelFile {
  /** Two files are the same bytes if they have the same id. */
  readonly id: number;
  readonly role: ModelRole;
  readonly version: number;
  /** Names of the keys that signed; one listed key is enough for any role. */
  readonly signers: readonly string[];
  readonly expires: number;
  /** Of a timestamp its snapshot, of a snapshot its targets: version and, where hashes are listed, the one file. */
  readonly lists?: { readonly version: number; readonly id: number | undefined };
  /** Of a root: names of the keys of each role. */
  readonly keys?: Readonly<Record<ModelRole, readonly string[]>>;
}

export type ModelFiles = Map<string, ModelFile>;

/** How a refresh ended; a refusal has the code that decides, or one of some. */
export type ModelOutcome = "done" | "power_cut" | { readonly refused: readonly string[] };

class PowerCut extends Error {}
class Refusal extends Error {
  readonly codes: readonly string[];
  constructor(...codes: readonly string[]) {
    super(codes.join());
    this.codes = codes;
  }
}

/** A client: its store, in which a file can be torn, and the root that it was shipped with. */
export class ModelClient {
  readonly store: Map<string, ModelFile | "torn">;
  /** What the last refresh that was done came to trust. */
  trusted: Partial<Record<ModelRole, ModelFile>> = {};
  readonly #shipped: ModelFile;
  #changesLeft = 0;

  constructor(shipped: ModelFile) {
    this.#shipped = shipped;
    this.store = new Map([["root.json", shipped]]);
  }

  /** Refreshes; the power is cut before the change of the store that is one too many. */
  refresh(served: ModelFiles, now: number, changes: number): ModelOutcome {
    this.#changesLeft = changes;
    try {
      this.#refresh(served, now);
      return "done";
    } catch (error) {
      if (error instanceof PowerCut) return "power_cut";
      if (error instanceof Refusal) return { refused: error.codes };
      throw error;
    }
  }

  #refresh(served: ModelFiles, now: number): void {
    const { root, revoked } = this.#refreshRoot(served, now);
    const timestamp = this.#refreshTimestamp(served, now, root, revoked);
    const snapshot = this.#refreshSnapshot(served, now, root, timestamp, revoked);
    const targets = this.#refreshTargets(served, now, root, snapshot);
    this.trusted = { root, timestamp, snapshot, targets };
  }

  /** 5.6. */
  #refreshTargets(served: ModelFiles, now: number, root: ModelFile, { lists }: ModelFile): ModelFile {
    const cached = this.#stored("targets", root, lists!, now);
    if (cached !== undefined) return cached;
    const targets = offered(served, `${lists!.version}.targets.json`, "targets", root, lists);
    if (targets.version !== lists!.version) throw new Refusal("tuf_version_mismatch");
    refuseExpired(targets, now);
    this.#persist("targets.json", targets);
    return targets;
  }

  /** 5.3. */
  #refreshRoot(served: ModelFiles, now: number): { root: ModelFile; revoked: ReadonlySet<ModelRole> } {
    const stored = this.store.get("root.json");
    let root = stored === undefined || stored === "torn" ? this.#shipped : stored;
    const revoked = new Set<ModelRole>();
    for (;;) {
      const next = served.get(`${root.version + 1}.root.json`);
      if (next === undefined) break;
      if (next.role !== "root") throw new Refusal("tuf_wrong_type");
      if (!isSigned(next, root) || !isSigned(next, next)) throw new Refusal("tuf_threshold_not_met");
      if (next.version !== root.version + 1) throw new Refusal("tuf_root_version_not_next");
      const lost = (["timestamp", "snapshot"] as const).filter((role) =>
        root.keys![role].some((key) => !next.keys![role].includes(key)),
      );
      for (const role of lost) revoked.add(role);
      if (lost.length > 0) this.#persist("timestamp.json", undefined);
      if (lost.includes("snapshot")) this.#persist("snapshot.json", undefined);
      this.#persist("root.json", next);
      root = next;
    }
    refuseExpired(root, now);
    return { root, revoked };
  }

  /** 5.4. */
  #refreshTimestamp(served: ModelFiles, now: number, root: ModelFile, revoked: ReadonlySet<ModelRole>): ModelFile {
    const trusted = revoked.size > 0 ? undefined : this.#authentic("timestamp", root);
    const timestamp = offered(served, "timestamp.json", "timestamp", root);
    if (trusted !== undefined && timestamp.version === trusted.version) {
      refuseExpired(trusted, now);
      return trusted;
    }
    if (trusted !== undefined && timestamp.version < trusted.version) throw new Refusal("tuf_version_rollback");
    if (trusted !== undefined && timestamp.lists!.version < trusted.lists!.version) {
      throw new Refusal("tuf_snapshot_version_rollback");
    }
    refuseExpired(timestamp, now);
    this.#persist("timestamp.json", timestamp);
    return timestamp;
  }

  /** 5.5. */
  #refreshSnapshot(
    served: ModelFiles,
    now: number,
    root: ModelFile,
    { lists }: ModelFile,
    revoked: ReadonlySet<ModelRole>,
  ): ModelFile {
    const cached = revoked.has("snapshot") ? undefined : this.#stored("snapshot", root, lists!, now);
    if (cached !== undefined) return cached;
    const before = revoked.has("snapshot") ? undefined : this.#authentic("snapshot", root);
    const snapshot = offered(served, `${lists!.version}.snapshot.json`, "snapshot", root, lists);
    if (snapshot.version !== lists!.version) throw new Refusal("tuf_version_mismatch");
    if (before !== undefined && snapshot.version < before.version) throw new Refusal("tuf_version_rollback");
    if (before !== undefined && snapshot.lists!.version < before.lists!.version) {
      throw new Refusal("tuf_listed_version_rollback");
    }
    refuseExpired(snapshot, now);
    this.#persist("snapshot.json", snapshot);
    return snapshot;
  }

  /** The stored file of a role, if the keys of today signed it. */
  #authentic(role: ModelRole, root: ModelFile): ModelFile | undefined {
    const stored = this.store.get(`${role}.json`);
    return stored !== undefined && stored !== "torn" && stored.role === role && isSigned(stored, root)
      ? stored
      : undefined;
  }

  /** The stored file of a role, if it can be used as it is. */
  #stored(
    role: ModelRole,
    root: ModelFile,
    listed: NonNullable<ModelFile["lists"]>,
    now: number,
  ): ModelFile | undefined {
    const stored = this.#authentic(role, root);
    if (stored === undefined || stored.version !== listed.version || now >= stored.expires) return undefined;
    return listed.id === undefined || listed.id === stored.id ? stored : undefined;
  }

  #persist(name: string, file: ModelFile | undefined): void {
    if (this.#changesLeft-- <= 0) throw new PowerCut();
    if (file === undefined) this.store.delete(name);
    else this.store.set(name, file);
  }
}

function offered(
  served: ModelFiles,
  name: string,
  role: ModelRole,
  root: ModelFile,
  listed?: ModelFile["lists"],
): ModelFile {
  const file = served.get(name);
  if (file === undefined) throw new Refusal("tuf_file_missing");
  if (listed?.id !== undefined && listed.id !== file.id) {
    throw new Refusal("tuf_file_too_long", "tuf_length_mismatch", "tuf_hash_mismatch");
  }
  // The short bound on timestamps stops longer files before they are read.
  if (file.role !== role) throw new Refusal("tuf_wrong_type", "tuf_file_too_long");
  if (!isSigned(file, root)) throw new Refusal("tuf_threshold_not_met");
  return file;
}

function isSigned({ role, signers }: ModelFile, root: ModelFile): boolean {
  return root.keys![role].some((key) => signers.includes(key));
}

function refuseExpired({ expires }: ModelFile, now: number): void {
  if (now >= expires) throw new Refusal("tuf_expired");
}
