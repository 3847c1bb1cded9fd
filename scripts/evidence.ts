/** What the evidence commands share besides the terminal: finding their plug-ins, the versions under test and the closing line. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Root of the project's checkout. */
export const projectRoot: string = fileURLToPath(new URL("..", import.meta.url));

/** One plug-in file: what it exports, or why it could not be loaded. */
export interface PluginFile<Plugin> {
  readonly file: string;
  readonly plugins: readonly Plugin[];
  readonly error?: unknown;
}

/** Loads every `*.ts` file of a folder, in order of name, and takes its export of the given name. A broken file stops no other. */
export async function loadPlugins<Plugin>(folder: string, exportName: string): Promise<readonly PluginFile<Plugin>[]> {
  const files: PluginFile<Plugin>[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".ts")) continue;
    try {
      const module: Record<string, readonly Plugin[]> = await import(pathToFileURL(`${folder}/${file}`).href);
      const plugins = module[exportName];
      if (!plugins?.length) throw new Error(`${file} exports no "${exportName}"`);
      files.push({ file, plugins });
    } catch (error) {
      files.push({ file, plugins: [], error });
    }
  }
  return files;
}

/** Versions that a result holds for. */
export function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(`${projectRoot}/package.json`, "utf8")) as { version: string };
  return { otakit: version, node: process.versions.node, openssl: process.versions.openssl };
}

/** The last line of every command; machines read it. */
export function closingLine(passed: number, failed: number, skipped?: number): string {
  return `${passed} passed, ${failed} failed${skipped === undefined ? "" : `, ${skipped} skipped`}`;
}

/** An error in one line. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `Thrown value: ${String(error)}`;
  return text.replace(/\s+/g, " ");
}
