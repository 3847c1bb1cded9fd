import { readdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { BuiltRepository } from "../../src/manifest/index.ts";
import { buildRepository, fromFiles, type Outcome, serving, type TestServer, useCommand } from "./command.ts";

const command = useCommand();

async function startClient({ root }: BuiltRepository): Promise<string> {
  const folder = command.folder();
  writeFileSync(join(folder, "shipped.json"), root);
  await command.run("tuf", "--metadata-dir", join(folder, "m"), "init", join(folder, "shipped.json"));
  return folder;
}

const refresh = (folder: string, { url }: { readonly url: string }, ...more: readonly string[]) =>
  command.run("tuf", "--metadata-dir", join(folder, "m"), "--metadata-url", `${url}/metadata`, ...more, "refresh");

const download = (folder: string, { url }: TestServer, ...more: readonly string[]) =>
  command.run(
    ...["tuf", "--metadata-dir", join(folder, "m"), "--metadata-url", `${url}/metadata`, "--target-name", "note.txt"],
    ...["--target-base-url", `${url}/targets`, "--target-dir", join(folder, "t"), ...more, "download"],
  );

/** Serves a repository, but one file by a handler. */
function except(repository: BuiltRepository, file: RegExp, handle: (response: ServerResponse) => void) {
  const serve = fromFiles(repository);
  return (request: IncomingMessage, response: ServerResponse): void =>
    file.test(request.url!) ? handle(response) : serve(request, response);
}

/** Writes for ever, as fast as the other side reads; `sent` counts. */
function endless(response: ServerResponse, sent: { bytes: number }): void {
  const chunk = Buffer.alloc(65_536, "{");
  const more = (): void => {
    while (!response.destroyed) {
      sent.bytes += chunk.length;
      if (!response.write(chunk)) return void response.once("drain", more);
    }
  };
  more();
}

const isTransportFault = ({ code, stderr }: Outcome, what: string): void => {
  expect([code, stderr]).toEqual([1, expect.stringContaining(what)]);
  expect(stderr).toContain("code: ERR_CLI_TRANSPORT");
  expect(stderr).not.toMatch(/refused|not acceptable|Cannot accept/i);
};

describe("a hostile server", () => {
  it("cannot make the client read an endless file, whatever the role", async () => {
    const repository = await buildRepository();
    for (const [file, refused] of [
      [/2\.root/, "tuf_file_too_long"],
      [/timestamp/, "tuf_file_too_long"],
      [/snapshot/, "tuf_file_too_long"],
      [/1\.targets/, "tuf_file_too_long"],
    ] as const) {
      const folder = await startClient(repository);
      const sent = { bytes: 0 };
      await serving(
        except(repository, file, (response) => endless(response, sent)),
        async (server) => {
          const { code, stderr } = await refresh(folder, server);
          expect([code, stderr]).toEqual([1, expect.stringContaining(`[${refused}]`)]);
        },
      );
      // Buffers of both kernels are filled before the sender hears of the end.
      expect(sent.bytes).toBeLessThan(20_000_000);
    }
  });

  it("cannot make the client read an endless target, nor leave a piece of one", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    const sent = { bytes: 0 };
    await serving(
      except(repository, /note\.txt/, (response) => endless(response, sent)),
      async (server) => {
        const { code, stderr } = await download(folder, server);
        expect([code, stderr]).toEqual([1, expect.stringContaining("code: ERR_SIGNING_TARGET_LENGTH")]);
      },
    );
    expect(readdirSync(join(folder, "t"))).toEqual([]);
    expect(sent.bytes).toBeLessThan(20_000_000);
  });

  it("cannot hold the client by silence or by drops", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    await serving(
      except(repository, /timestamp/, () => {}),
      async (server) => {
        isTransportFault(await refresh(folder, server, "--timeout", "0.3"), "nothing came for 0.3 s");
      },
    );
    const drip = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write("{"), 50);
      response.on("close", () => clearInterval(timer));
    };
    await serving(except(repository, /timestamp/, drip), async (server) => {
      // 16,384 bytes may take 1.6 seconds and the timeout.
      isTransportFault(await refresh(folder, server, "--timeout", "0.3"), "it took longer than 2 s");
    });
  });

  it("is told apart from a refusal when it fails, redirects, encodes, breaks off or is not there", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    const cases: readonly (readonly [string, (response: ServerResponse) => void])[] = [
      ["status 500", (response) => response.writeHead(500).end("oops")],
      ["status 410", (response) => response.writeHead(410).end()],
      ["status 206", (response) => response.writeHead(206).end("{}")],
      [
        "it redirects (status 302) to http://169.254.169.254/",
        (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      ],
      [
        "its content is encoded as gzip",
        (response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      ],
      [
        "broke off",
        (response) => {
          response.writeHead(200, { "content-length": "100" });
          response.write("{");
          setTimeout(() => response.destroy(), 50);
        },
      ],
    ];
    for (const [what, handle] of cases) {
      await serving(except(repository, /timestamp/, handle), async (server) => {
        isTransportFault(await refresh(folder, server), what);
        expect(server.requests.at(-1)).toBe("/metadata/timestamp.json");
      });
    }
    isTransportFault(await refresh(folder, { url: "http://127.0.0.1:1" }), "nothing answers there");
    expect(readdirSync(join(folder, "m"))).toEqual(["root.json"]);
  });

  it("that speaks no HTTP is a fault of transport", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    const server = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("SSH-2.0-OpenSSH_9.6\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    isTransportFault(
      await refresh(folder, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
      "it speaks no HTTP",
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it("without a file that must be there is refused, 403 like 404", async () => {
    const repository = await buildRepository();
    const folder = await startClient(repository);
    for (const status of [403, 404]) {
      await serving(
        except(repository, /timestamp/, (response) => response.writeHead(status).end()),
        async (server) => {
          const { code, stderr } = await refresh(folder, server);
          expect([code, stderr]).toEqual([1, expect.stringContaining("[tuf_file_missing]")]);
        },
      );
      await serving(
        except(repository, /note\.txt/, (response) => response.writeHead(status).end()),
        async (server) => {
          const { code, stderr } = await download(folder, server);
          expect([code, stderr]).toEqual([1, expect.stringContaining("the repository does not have it")]);
          expect(readdirSync(join(folder, "t"))).toEqual([]);
        },
      );
    }
  });

  it("cannot steer the terminal through names", async () => {
    const repository = await buildRepository({ targets: { "note.txt": new Uint8Array(5) } });
    const folder = await startClient(repository);
    await serving(fromFiles(repository), async (server) => {
      const { stderr } = await command.run(
        ...["tuf", "--metadata-dir", join(folder, "m"), "--metadata-url", `${server.url}/metadata`],
        ...["--target-name", "a\u001b[2J\u202eb\nerror: all is well", "--target-base-url", `${server.url}/targets`],
        ...["--target-dir", join(folder, "t"), "download"],
      );
      expect(stderr).toContain("a\\u001b[2J\\u202eb");
      expect(stderr).not.toContain("\u001b");
      expect(stderr).not.toContain("\u202e");
    });
  });
});
