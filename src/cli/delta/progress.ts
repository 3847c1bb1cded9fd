/** The progress line of long work on patches. */

import type { MakeProgress, PatchProgress } from "otakit/delta";
import type { Terminal } from "../terminal.ts";

const words: Readonly<Record<MakeProgress["phase"] | PatchProgress["phase"], string>> = {
  "index-old": "indexing the old image",
  "scan-new": "scanning the new image",
  compress: "compressing",
  "verify-old": "checking the old image",
  "verify-kept": "checking what is kept of the new image",
  "write-new": "making the new image",
};

/** Takes progress and shows it, as often as its percentage changes. */
export function progressTo(terminal: Terminal): (progress: MakeProgress | PatchProgress) => void {
  let last = "";
  return ({ phase, doneBytes, totalBytes }) => {
    const text = `${words[phase]}: ${totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)} %`;
    if (text !== last) terminal.progress(text);
    last = text;
  };
}
