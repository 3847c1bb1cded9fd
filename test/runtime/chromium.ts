/** Runs programs in Chromium, each in a page of its own that posts its report back to a server on this machine. */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashed, type ProgramReport, type WrittenProgram } from "./report.ts";

const timeoutMillis = 300_000;

/** Loads each program in a frame of its own, one after another; frames share no modules. */
export async function runInChromium(
  executable: string,
  programs: readonly WrittenProgram[],
): Promise<readonly ProgramReport[]> {
  const reports = new Map<string, ProgramReport>();
  const { server, finished } = serve(programs, reports);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "otakit-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  flags.push("--disable-background-networking", "--disable-component-update", "--disable-sync");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = spawn(executable, [...flags, `--user-data-dir=${profile}`, address], {
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<void>((resolve) => browser.once("exit", () => resolve()));
  const timer = setTimeout(() => finished.resolve(), timeoutMillis);
  await Promise.race([finished.promise, ended]);
  clearTimeout(timer);
  // The browser's helpers are in its process group.
  if (browser.exitCode === null) process.kill(-browser.pid!, "SIGKILL");
  await ended;
  server.closeAllConnections();
  server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  return programs.map((program) => reports.get(program.name) ?? crashed(program, "the page did not report"));
}

function serve(programs: readonly WrittenProgram[], reports: Map<string, ProgramReport>) {
  const finished = Promise.withResolvers<void>();
  const server: Server = createServer((request, response) => {
    const index = Number(/^\/(?:frame|program)\/(\d+)/.exec(request.url ?? "")?.[1]);
    const program = programs[index];
    if (request.url === "/") response.setHeader("content-type", "text/html").end(outerPage(programs.length));
    else if (request.url?.startsWith("/frame/")) response.setHeader("content-type", "text/html").end(frame(index));
    else if (program !== undefined && request.url?.startsWith("/program/")) {
      response.setHeader("content-type", "text/javascript").end(readFileSync(program.file));
    } else if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        response.end();
        if (request.url === "/finished") finished.resolve();
        else if (request.url?.startsWith("/crashed/")) {
          const program = programs[Number(request.url.slice("/crashed/".length))]!;
          reports.set(program.name, crashed(program, body));
        } else {
          const report = JSON.parse(body) as ProgramReport;
          reports.set(report.program, report);
        }
      });
    } else response.writeHead(404).end();
  });
  return { server, finished };
}

/** Opens a frame, waits for its report or its fault, and goes on to the next. */
function outerPage(count: number): string {
  return `<!doctype html><script type="module">
for (let index = 0; index < ${count}; index++) {
  const frame = document.createElement("iframe");
  const done = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
  frame.src = "/frame/" + index;
  document.body.append(frame);
  const { data } = await done;
  if (data !== "") await fetch("/crashed/" + index, { method: "POST", body: data });
  frame.remove();
}
await fetch("/finished", { method: "POST" });
</script><body></body>`;
}

function frame(index: number): string {
  return `<!doctype html><script type="module">
try {
  await import("/program/${index}");
  parent.postMessage("", "*");
} catch (error) {
  parent.postMessage(String(error?.stack ?? error), "*");
}
</script>`;
}
