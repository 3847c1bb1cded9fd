/**
 * theupdateframework/tuf-conformance, live: a checkout of the suite runs the built `otakit tuf` as its client under test, against
 * its own repository simulator. Everything must pass, and nothing may be an expected failure.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../scripts/evidence.ts";
import { type Found, findProgram, findPython } from "../environment.ts";
import type { InteropPeer, PeerOutcome } from "../peer.ts";

/** Tests of the suite when this was written; a checkout that has fewer is not the suite. */
const knownTests = 113;

/** Folder of the checkout, from `npm run interop -- --tuf-conformance DIR`. */
const checkout = process.env["OTAKIT_TUF_CONFORMANCE"] ?? "";

const python = join(projectRoot, ".venv/interop/bin/python");

export const peers: readonly InteropPeer[] = [
  { name: "tuf-conformance suite", find: findSuite, run: () => [runSuite()] },
];

function findSuite(): Found {
  if (checkout === "") {
    return {
      missing:
        "no checkout given; run: npm run interop -- --tuf-conformance DIR (git clone theupdateframework/tuf-conformance)",
    };
  }
  if (!existsSync(join(checkout, "tuf_conformance/conftest.py"))) {
    return { missing: `${checkout} is no checkout of theupdateframework/tuf-conformance` };
  }
  const faketime = findProgram("faketime", ["--version"], "faketime is not installed; run: apt-get install faketime");
  if ("missing" in faketime) return faketime;
  const [pytest, tuf] = [findPython("pytest"), findPython("tuf")];
  if ("missing" in pytest) return pytest;
  if ("missing" in tuf) return tuf;
  const { stdout } = spawnSync("git", ["-C", checkout, "rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  return { version: `${stdout.trim() || "unknown commit"} on python-tuf ${tuf.version}` };
}

function runSuite(): PeerOutcome {
  const folder = mkdtempSync(join(tmpdir(), "otakit-tuf-conformance-"));
  try {
    const report = join(folder, "report.xml");
    const { stdout, stderr } = spawnSync(
      python,
      [
        ...["-m", "pytest", "-p", "no:cacheprovider", "-q", "tuf_conformance", `--junitxml=${report}`],
        // The suite splits it at spaces.
        ...["--entrypoint", `${process.execPath} ${join(projectRoot, "dist/cli.js")} tuf`],
      ],
      {
        cwd: checkout,
        encoding: "utf8",
        maxBuffer: 2 ** 28,
        env: { ...process.env, PYTHONPATH: checkout, PYTHONDONTWRITEBYTECODE: "1" },
      },
    );
    if (!existsSync(report)) throw new Error(`pytest wrote no report: ${(stderr || stdout).trim().split("\n").at(-1)}`);
    return readReport(readFileSync(report, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts the report: an expected failure counts as skipped there, and here as a failure. */
function readReport(xml: string): PeerOutcome {
  const cases = [...xml.matchAll(/<testcase\b[^>]*?\bname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  const failures = cases
    .filter(([, , inside = ""]) => /<(failure|error|skipped)\b/.test(inside))
    .map(([, name, inside = ""]) => `${name}: ${/\bmessage="([^"]{0,200})/.exec(inside)?.[1] ?? "did not pass"}`);
  const lacking = Math.max(0, knownTests - cases.length);
  if (lacking > 0) failures.push(`${lacking} of the ${knownTests} known tests did not run`);
  const total = cases.length + lacking;
  const failed = failures.length === 0 ? 0 : failures.length - (lacking > 0 ? 1 : 0) + lacking;
  return { what: "tests of the suite, none expected to fail", total, passed: total - failed, failed, failures };
}
