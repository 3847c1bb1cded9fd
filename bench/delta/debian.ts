/**
 * Packages of Debian's archive, of any suite and architecture, fetched by apt itself into a folder of its own: signed lists, checked
 * files, no root, and nothing of the machine's own package state read or changed.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Architectures that images are taken of. */
export type Architecture = "amd64" | "arm64" | "armhf";

/** One version of a package that a suite offers. */
export interface Offer {
  readonly package: string;
  readonly version: string;
  readonly suite: string;
}

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const archive = "http://deb.debian.org/debian";
const sources = [
  ...["bookworm", "bookworm-updates", "bookworm-backports", "trixie", "trixie-updates", "sid"].map(
    (suite) => [archive, suite] as const,
  ),
  ...["bookworm-security", "trixie-security"].map((suite) => [`${archive}-security`, suite] as const),
];
const mostBytes = 2 ** 30;

/** Runs a program and gives what it prints; a fault is told with its last line. */
function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Buffer {
  const { status, stdout, stderr, error } = spawnSync(program, [...args], { maxBuffer: mostBytes, ...options });
  if (error !== undefined) throw new Error(`${program}: ${error.message}`);
  if (status === 0) return stdout;
  throw new Error(`${program} ended with ${status}: ${stderr.toString().trim().split("\n").at(-1)}`);
}

/** Debian's archive as it is today. */
export class DebianArchive {
  readonly #folder: string;
  readonly #environments = new Map<Architecture, NodeJS.ProcessEnv>();
  /** Lists that could not be fetched, in words. */
  readonly faults: string[] = [];

  /** @param folder - where lists and packages are kept; what is there and still right is not fetched again */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Versions of a package that are offered today, oldest first; a pattern names several packages, as kernels need it. */
  offers(architecture: Architecture, name: string | RegExp): readonly Offer[] {
    const env = this.#environment(architecture);
    const names =
      typeof name === "string"
        ? [name]
        : run("apt-cache", ["pkgnames"], { env })
            .toString()
            .split("\n")
            .filter((found) => name.test(found));
    const offers = names.flatMap((found) =>
      run("apt-cache", ["madison", found], { env })
        .toString()
        .split("\n")
        .flatMap((line): Offer[] => {
          const [, version, source] = line.split("|").map((cell) => cell.trim());
          const suite = source?.split(" ")[1]?.split("/")[0];
          return version && suite ? [{ package: found, version, suite }] : [];
        }),
    );
    return offers.sort((left, right) => compareVersions(left.version, right.version));
  }

  /** Fetches a package and gives the file, its path in the archive and SHA-256 as the signed list names them. */
  fetch(
    architecture: Architecture,
    offer: Offer,
  ): { readonly file: string; readonly path: string; readonly sha256: string } {
    const env = this.#environment(architecture);
    const wanted = `${offer.package}=${offer.version}`;
    const told = run("apt-cache", ["show", wanted], { env }).toString();
    const field = (name: string): string => {
      const value = new RegExp(`^${name}: (.+)$`, "m").exec(told)?.[1];
      if (value === undefined) throw new Error(`apt-cache tells no ${name} of ${wanted}`);
      return value;
    };
    const [path, sha256] = [field("Filename"), field("SHA256")];
    const folder = join(this.#folder, "packages", sha256);
    mkdirSync(folder, { recursive: true });
    const fetched = (): string | undefined => {
      const name = readdirSync(folder).find((found) => found.endsWith(".deb"));
      return name && sha256Of(readFileSync(join(folder, name))) === sha256 ? join(folder, name) : undefined;
    };
    if (fetched() === undefined) run("apt-get", ["download", "-qq", wanted], { env, cwd: folder });
    const file = fetched();
    if (file === undefined) throw new Error(`${path} is not what the signed list names`);
    return { file, path, sha256 };
  }

  #environment(architecture: Architecture): NodeJS.ProcessEnv {
    const known = this.#environments.get(architecture);
    if (known !== undefined) return known;
    if (!existsSync(keyring)) throw new Error(`${keyring} is missing; install debian-archive-keyring`);
    const root = join(this.#folder, "apt", architecture);
    for (const folder of ["lists/partial", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    writeFileSync(join(root, "status"), "");
    writeFileSync(
      join(root, "etc/sources.list"),
      sources.map(([url, suite]) => `deb [signed-by=${keyring}] ${url} ${suite} main non-free-firmware\n`).join(""),
    );
    const settings = {
      "Dir::State": root,
      "Dir::State::status": `${root}/status`,
      "Dir::Cache": `${root}/cache`,
      "Dir::Etc": `${root}/etc`,
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
      "APT::Sandbox::User": "",
      "Acquire::Languages": "none",
    };
    const config = join(root, "apt.conf");
    writeFileSync(
      config,
      Object.entries(settings)
        .map(([name, value]) => `${name} "${value}";\n`)
        .join(""),
    );
    const env = { ...process.env, APT_CONFIG: config, LC_ALL: "C" };
    const { stdout, stderr, error } = spawnSync("apt-get", ["update", "-q"], { env, encoding: "utf8" });
    if (error !== undefined) throw new Error(`apt-get: ${error.message}`);
    // A list that fails stops no other: what it would have offered is then not there.
    for (const [, list, why] of `${stdout}\n${stderr}`.matchAll(/^E: Failed to fetch (\S+)\s+([^\n[]*)/gm)) {
      this.faults.push(`${list}: ${why!.trim() || "not fetched"}`);
    }
    this.#environments.set(architecture, env);
    return env;
  }
}

/** The file of a package whose path fits a pattern; there must be exactly one. */
export function readMember(packageFile: string, pattern: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "otakit-bench-deb-"));
  try {
    const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards "$3"';
    run("bash", ["-c", script, "tar", packageFile, folder, pattern]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    if (files.length !== 1) throw new Error(`${pattern} fits ${files.length} files of ${packageFile}`);
    return readFileSync(join(files[0]!.parentPath, files[0]!.name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A raw kernel: arm64 ones may be in gzip. */
export function gunzipKernel(image: Buffer): Buffer {
  return image[0] === 0x1f && image[1] === 0x8b ? gunzipSync(image) : image;
}

/** The kernel inside an ARM zImage, which is a decompressor with an xz stream behind it. */
export function unpackZImage(image: Buffer): Buffer {
  const magic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
  let best = Buffer.alloc(0);
  for (let at = image.indexOf(magic); at >= 0; at = image.indexOf(magic, at + 1)) {
    const input = image.subarray(at);
    const { stdout } = spawnSync("xz", ["-dc", "--single-stream"], { input, maxBuffer: mostBytes });
    if (stdout !== null && stdout.length > best.length) best = stdout;
  }
  if (best.length <= image.length) throw new Error("no xz stream in the zImage");
  return best;
}

/** SHA-256 in hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  return spawnSync("dpkg", ["--compare-versions", left, "lt", right]).status === 0 ? -1 : 1;
}
