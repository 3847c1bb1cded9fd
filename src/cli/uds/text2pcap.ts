/** Hexadecimal dumps as text2pcap and hexdump write them: lines of an offset and bytes; a message starts at offset 0. */

import { type InputMessage, type Line, wrongLine } from "./lines.ts";

/** Whether a line opens a dump: the offset 0 in at least four digits, then bytes. */
export function isDumpStart(text: string): boolean {
  return /^\s*0{4,8}(\s+[0-9a-f]{2})+(\s|$)/i.test(text);
}

/**
 * Reads a dump. The bytes of a line end at the first word that is no byte; each offset must be what the lines before come to, so
 * that no text beside the bytes is taken for some.
 *
 * @throws {@link CliError} `ERR_CLI_UDS_INPUT`
 */
export function readDump(lines: readonly Line[]): readonly InputMessage[] {
  const dumps: { readonly line: number; readonly bytes: number[] }[] = [];
  for (const line of lines) {
    const [offset, ...words] = line.text.trim().split(/\s+/);
    if (!/^[0-9a-f]{2,8}$/i.test(offset!)) throw wrongLine(line, "expected an offset and bytes");
    const found = Number.parseInt(offset!, 16);
    if (found === 0) dumps.push({ line: line.number, bytes: [] });
    const { bytes } = dumps.at(-1)!;
    if (found !== bytes.length) throw wrongLine(line, `expected offset ${bytes.length}, got ${found}`);
    const end = words.findIndex((word) => !/^[0-9a-f]{2}$/i.test(word));
    bytes.push(...words.slice(0, end < 0 ? words.length : end).map((word) => Number.parseInt(word, 16)));
  }
  return dumps.map(({ line, bytes }) => ({ place: { line }, bytes: Uint8Array.from(bytes) }));
}
