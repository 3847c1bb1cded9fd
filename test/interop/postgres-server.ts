/** A throw-away PostgreSQL server: its own data folder, a socket there and no network, gone when the peer is done. */

import { execFileSync, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Found, findProgram } from "./environment.ts";

/** A running server. */
export interface PostgresServer {
  /** Runs a script of psql commands; gives the rows' text, one line a row. */
  psql(script: string): readonly string[];
  stop(): void;
}

const debianFolder = "/usr/lib/postgresql";

/** Folder of `initdb` and `pg_ctl`: where Debian keeps its newest, else the PATH. */
function programFolder(): string {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newest = versions.sort((left, right) => Number(left) - Number(right)).at(-1);
  return newest === undefined ? "" : `${debianFolder}/${newest}/bin/`;
}

/** Looks for the server's programs. */
export function findPostgres(): Found {
  return findProgram(
    `${programFolder()}initdb`,
    ["--version"],
    "PostgreSQL is not installed (Debian package postgresql)",
  );
}

/** Starts a server of UTF-8 and the C locale. */
export function startPostgres(): PostgresServer {
  const programs = programFolder();
  const folder = mkdtempSync(join(tmpdir(), "otakit-postgres-"));
  const user = serverUser();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const run = (program: string, ...args: string[]): void => {
    execFileSync(`${programs}${program}`, ["-D", join(folder, "data"), ...args], {
      cwd: folder,
      stdio: "ignore",
      ...user,
    });
  };
  const stop = (): void => {
    spawnSync(`${programs}pg_ctl`, ["-D", join(folder, "data"), "-m", "immediate", "stop"], { cwd: folder, ...user });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("initdb", "--username=otakit", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
    run(
      "pg_ctl",
      "--wait",
      "-o",
      `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`,
      "start",
    );
  } catch (error) {
    stop();
    throw error;
  }
  return {
    psql(script) {
      const flags = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1"];
      const output = execFileSync("psql", [...flags, "-h", folder, "-U", "otakit", "-d", "postgres"], {
        input: script,
        encoding: "utf8",
        maxBuffer: 2 ** 30,
        env: { ...process.env, PGCLIENTENCODING: "UTF8" },
      });
      return output.split("\n").slice(0, -1);
    },
    stop,
  };
}

/** PostgreSQL refuses to run as root; then it runs as the user that its Debian package made. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
