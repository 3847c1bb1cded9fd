import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Disk } from "../../src/cli/files.ts";
import type { MetadataStore } from "../../src/cli/tuf/store.ts";
import { buildRepository, fromFiles, serving, useCommand } from "./command.ts";

const command = useCommand();

interface StoreModule {
  openMetadataStore(folder: string, disk?: Disk): MetadataStore;
}

/** A disk whose power fails at the n-th operation, which a write carries out by half. */
async function failingDisk(failAt: number): Promise<Disk & { readonly operations: () => number }> {
  const { nodeDisk } = await command.load<{ nodeDisk: Disk }>("files.ts");
  let count = 0;
  const guard =
    <A extends readonly unknown[]>(act: (...args: A) => void, torn?: (...args: A) => void) =>
    (...args: A): void => {
      if (++count === failAt) torn?.(...args);
      if (count >= failAt) throw Object.assign(new Error("power is gone"), { code: "EIO" });
      act(...args);
    };
  return {
    operations: () => count,
    writeNew: guard(nodeDisk.writeNew, (path, bytes) => writeFileSync(path, bytes.subarray(0, bytes.length / 2))),
    rename: guard(nodeDisk.rename),
    remove: guard(nodeDisk.remove),
    syncFolder: guard(nodeDisk.syncFolder),
  };
}

describe("the client's store", () => {
  const file = (text: string) => new TextEncoder().encode(text);
  const changes = [
    { file: "timestamp.json", bytes: undefined },
    { file: "snapshot.json", bytes: undefined },
    { file: "root.json", bytes: file("root two") },
    { file: "timestamp.json", bytes: file("timestamp two") },
  ];

  it("has whole files only, in the order of writing, wherever the power fails", async () => {
    const { openMetadataStore } = await command.load<StoreModule>("tuf/store.ts");
    const states = new Set<string>();
    for (let failAt = 1; ; failAt++) {
      const folder = command.folder();
      for (const role of ["root", "timestamp", "snapshot"]) writeFileSync(join(folder, `${role}.json`), `${role} one`);
      const disk = await failingDisk(failAt);
      const store = openMetadataStore(folder, disk);
      // Two operations to remove a file, four to replace one.
      const isThrough = failAt > 12;
      if (isThrough) {
        store.apply(changes);
        expect(disk.operations()).toBeLessThan(failAt);
      } else expect(() => store.apply(changes)).toThrow(/EIO/);
      store.close();
      const state = readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .map((name) => readFileSync(join(folder, name), "utf8"));
      states.add(state.join(", "));
      // The next process writes over whatever is left of the last one.
      const next = openMetadataStore(folder);
      next.apply(changes);
      next.close();
      expect(readdirSync(folder).sort()).toEqual(["root.json", "timestamp.json"]);
      if (disk.operations() < failAt) break;
    }
    expect([...states]).toEqual([
      "root one, snapshot one, timestamp one",
      "root one, snapshot one",
      "root one",
      "root two",
      "root two, timestamp two",
    ]);
  });

  it("takes no name that is more than one file", async () => {
    const { openMetadataStore } = await command.load<StoreModule>("tuf/store.ts");
    const folder = command.folder();
    const store = openMetadataStore(folder);
    for (const name of ["../x.json", "a/b.json", "a\\b.json", "x", "a\u0000.json", "/x.json"]) {
      expect(() => store.apply([{ file: name, bytes: file("x") }])).toThrow(/it is not the name of one file/);
      expect(() => store.read(name, 10)).toThrow(/it is not the name of one file/);
    }
    store.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("reads one byte more than allowed, no further", async () => {
    const { openMetadataStore } = await command.load<StoreModule>("tuf/store.ts");
    const folder = command.folder();
    writeFileSync(join(folder, "targets.json"), new Uint8Array(200_000));
    const store = openMetadataStore(folder);
    expect(store.read("targets.json", 100_000)).toHaveLength(100_001);
    expect(store.read("targets.json", 200_000)).toHaveLength(200_000);
    expect(store.read("snapshot.json", 10)).toBeUndefined();
    store.close();
  });

  it("serves the next refresh whatever subset of its files a crash left", async () => {
    const repository = await buildRepository();
    const folder = command.folder();
    writeFileSync(join(folder, "shipped.json"), repository.root);
    await command.run("tuf", "--metadata-dir", join(folder, "m"), "init", join(folder, "shipped.json"));
    await serving(fromFiles(repository), async ({ url }) => {
      const refresh = (store: string) =>
        command.run("tuf", "--metadata-dir", store, "--metadata-url", `${url}/metadata`, "refresh");
      expect((await refresh(join(folder, "m"))).code).toBe(0);
      const roles = ["timestamp", "snapshot", "targets"];
      for (let kept = 0; kept < 8; kept++) {
        const store = join(folder, `s${kept}`);
        mkdirSync(store);
        cpSync(join(folder, "m/root.json"), join(store, "root.json"));
        writeFileSync(join(store, ".otakit-new"), "half a fi");
        roles.forEach((role, bit) => {
          if (kept & (1 << bit)) cpSync(join(folder, "m", `${role}.json`), join(store, `${role}.json`));
        });
        expect((await refresh(store)).code).toBe(0);
        for (const role of roles) expect(existsSync(join(store, `${role}.json`))).toBe(true);
      }
    });
  });
});
