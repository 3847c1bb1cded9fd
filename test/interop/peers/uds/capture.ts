/** Messages as `tshark` reads them: a capture of text2pcap, one process for all. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesToHex } from "otakit/core";
import { type Found, findProgram } from "../../environment.ts";

/** Versions from 4.2 on have other fields for UDS. */
export function findTshark(): Found {
  const found = findProgram("tshark", ["--version"], "tshark is not installed; run: apt-get install tshark");
  if ("missing" in found || found.version.startsWith("4.0.")) return found;
  return { missing: `tshark ${found.version} is installed; its fields are compared in version 4.0 alone` };
}

/**
 * Values of the fields of each message, as tshark prints them, in the order of `names`; the empty text where a message has none.
 *
 * @param protocol - dissector of the messages, for example `uds`
 */
export function readWithTshark(
  protocol: string,
  messages: readonly Uint8Array[],
  names: readonly string[],
): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), "otakit-tshark-"));
  try {
    const [text, capture] = [join(folder, "messages.txt"), join(folder, "messages.pcapng")];
    const spaced = messages.map((message) => `000000 ${bytesToHex(message).replace(/../g, "$& ")}\n\n`);
    writeFileSync(text, spaced.join(""));
    const run = (program: string, args: readonly string[]): string =>
      execFileSync(program, [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 });
    run("text2pcap", ["-q", "-P", protocol, text, capture]);
    const fields = names.flatMap((name) => ["-e", name]);
    const lines = run("tshark", ["-r", capture, "-T", "fields", "-E", "separator=;", ...fields])
      .split("\n")
      .slice(0, -1);
    if (lines.length !== messages.length) throw new Error(`tshark gave ${lines.length} of ${messages.length} lines`);
    return lines.map((line) => line.split(";"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
