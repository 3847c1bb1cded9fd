/** The WebAssembly runtime wasmtime: a host of some hundred lines of Python applies patches with the module that vehicles get. */

import { bytesToHex, sha256 } from "otakit/core";
import { inspectPatch, makePatch } from "otakit/delta";
import { type Hub, loadFirmware } from "../../../examples/demo/firmware.ts";
import { projectRoot } from "../../../scripts/evidence.ts";
import { imagesOfTypes } from "../../delta/type-tables.ts";
import { startComparison } from "../compare.ts";
import { askPython, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

const pageSize = 64 * 1024;

export const peers: readonly InteropPeer[] = [
  {
    name: "python wasmtime",
    find: () => findPython("wasmtime"),
    run: ({ full }) => compare(full ? ["primehub", "technichub", "cityhub"] : ["cityhub"]),
  },
];

function compare(hubs: readonly Hub[]): readonly PeerOutcome[] {
  const images = startComparison("images that otadelta patches make, of firmware and of types in another order");
  const memory = startComparison("linear memory within what inspectPatch tells");
  const pairs = [
    ...hubs.map((hub) => [hub, loadFirmware(hub, "7.22"), loadFirmware(hub, "7.28")] as const),
    ["types", ...imagesOfTypes(2_000)] as const,
  ];
  const cases = pairs.flatMap(([name, old, fresh]) =>
    (["tiny", "default", "smallest"] as const).flatMap((profile) => {
      const patch = makePatch(old, fresh, { profile, blockSize: 2 ** 16 });
      const { memoryBytes } = inspectPatch(patch);
      const pages = Math.floor(memoryBytes / pageSize);
      return ["apply", "apply-simd"].map((module) => ({ name, profile, module, old, fresh, patch, pages }));
    }),
  );
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const answers = askPython<{ sha256: string; pages: number }>(
    "ask_wasmtime.py",
    cases.map(({ module, old, patch }) => ({
      module: `${projectRoot}/dist/delta/${module}.wasm`,
      old: base64(old),
      patch: base64(patch),
      pages: 2 ** 10,
    })),
  );
  cases.forEach(({ name, profile, module, fresh, pages }, index) => {
    const answer = answers[index]!;
    const what = { name, profile, module };
    images.add(what, bytesToHex(sha256(fresh)), answer.sha256);
    memory.add({ ...what, told: pages, taken: answer.pages }, answer.pages <= pages, true);
  });
  return [images.outcome(), memory.outcome()];
}
