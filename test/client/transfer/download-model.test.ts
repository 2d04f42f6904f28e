import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadModel, type ModelDownload } from "../../../client/transfer/download-model.ts";
import { type Answer, FaultyServer, hangUp, refuse, silence } from "./faulty-server.ts";
import { ImpatientClock } from "./impatient-clock.ts";

const file = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251);
const sha256 = createHash("sha256").update(file).digest("hex");
const tag = '"v1"';

/** The whole file, or from the byte that was asked for; cut off after `cutAfter` bytes of body. */
function serve(options: { cutAfter?: number; etag?: string | undefined; content?: Uint8Array } = {}): Answer {
  const { cutAfter = Number.POSITIVE_INFINITY, etag = tag, content = file } = options;
  return (request, response) => {
    const isCurrent = request.headers["if-range"] === etag;
    const begin = isCurrent ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    const body = content.subarray(begin);
    response.writeHead(begin > 0 ? 206 : 200, {
      "content-length": body.length,
      etag,
      ...(begin > 0 ? { "content-range": `bytes ${begin}-${content.length - 1}/${content.length}` } : {}),
    });
    if (body.length <= cutAfter) response.end(body);
    else response.write(body.subarray(0, cutAfter), () => request.socket.end());
  };
}

let server: FaultyServer;
let clock: ImpatientClock;
beforeEach(async () => {
  server = await FaultyServer.start();
  clock = new ImpatientClock();
});
afterEach(() => server.close());

const download = (changes: Partial<ModelDownload> = {}) =>
  downloadModel({
    url: `${server.url}/v1/models/${sha256}`,
    ...{ sha256, byteLength: file.length, signal: new AbortController().signal, clock },
    ...changes,
  });

const rangesSeen = () => server.seen.map(({ headers }) => headers.range);

describe("downloading a model", () => {
  it("returns exactly the file's bytes in a buffer of its own", async () => {
    server.answer([serve()]);
    const bytes = await download();
    expect(Buffer.compare(bytes, file)).toBe(0);
    expect(bytes.buffer.byteLength).toBe(file.length);
    expect(clock.waits).toEqual([]);
  });

  it("takes an empty file", async () => {
    server.answer([serve({ content: new Uint8Array(0) })]);
    const empty = createHash("sha256").digest("hex");
    expect((await download({ sha256: empty, byteLength: 0 })).length).toBe(0);
  });

  it("goes on where a cut download stopped, as long as every attempt brings something", async () => {
    // 300,000 bytes in pieces of 20,000 are 15 answers, each of which brings something.
    server.answer([], serve({ cutAfter: 20_000 }));
    expect(Buffer.compare(await download(), file)).toBe(0);
    expect(rangesSeen()).toEqual([
      undefined,
      ...Array.from({ length: 14 }, (_, piece) => `bytes=${(piece + 1) * 20_000}-`),
    ]);
    expect(server.seen.slice(1).every(({ headers }) => headers["if-range"] === tag)).toBe(true);
  });

  it("begins again when the file's tag has changed or is weak", async () => {
    const other = Uint8Array.from(file, (value) => value + 1);
    server.answer([serve({ cutAfter: 1000, etag: '"old"', content: other }), serve()]);
    expect(Buffer.compare(await download(), file)).toBe(0);
    server.answer([serve({ cutAfter: 1000, etag: 'W/"v1"' }), serve()]);
    expect(Buffer.compare(await download(), file)).toBe(0);
    expect(rangesSeen()).toEqual([undefined, "bytes=1000-", undefined, undefined]);
  });

  it("tries again after 5xx, 429 and a lost connection, with delays that double", async () => {
    server.answer([refuse(503, "busy", "later"), hangUp, refuse(429, "slow-down", "later"), serve()]);
    expect(Buffer.compare(await download(), file)).toBe(0);
    expect(clock.waited([0.2, 0.4, 0.8])).toBe(true);
  });

  it("counts a connection as lost on which the other side turns to another protocol", async () => {
    server.answer([
      ({ socket }) => socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
      serve(),
    ]);
    expect(Buffer.compare(await download(), file)).toBe(0);
    expect(clock.waited([0.2])).toBe(true);
  });

  it("counts a silent connection as lost", async () => {
    server.answer([silence, serve()]);
    expect(Buffer.compare(await download({ stallSeconds: 0.05 }), file)).toBe(0);
    expect(clock.waited([0.2])).toBe(true);
  });

  it("gives up after 150 attempts in a row without progress and names the last failure", async () => {
    server.answer([], refuse(503, "server.starting", "come back"));
    await expect(download()).rejects.toMatchObject({
      code: "client.transfer-failed",
      message: expect.stringContaining("failed 150 times without progress"),
    });
    // 0.2 doubles up to the limit of 5 s; after the last attempt nobody waits.
    expect(clock.waited([0.2, 0.4, 0.8, 1.6, 3.2, ...Array(144).fill(5)])).toBe(true);
  });

  it("gives up when nobody listens", async () => {
    await server.close();
    await expect(download()).rejects.toThrow("ECONNREFUSED");
    server = await FaultyServer.start();
  });

  it.each([
    [
      "a refusal, at once, with its code and reason",
      refuse(404, "server.unknown-model", "No such model."),
      /404 \(server.unknown-model\): No such model\./,
    ],
    [
      "a refusal without a reason",
      ((_, response) => response.writeHead(403).end("<html>")) as Answer,
      /403 .*may not be a ProbSelect aggregator/,
    ],
    [
      "a redirection",
      ((_, response) => response.writeHead(302, { location: "/" }).end()) as Answer,
      /answered with 302/,
    ],
    ["another length", serve({ content: file.subarray(1) }), /a file of 299999 bytes instead of 300000/],
    ["other bytes", serve({ content: Uint8Array.from(file, (value) => value ^ 1) }), /SHA-256 [0-9a-f]{64} instead of/],
    [
      "more bytes than stated",
      ((_, response) => void response.write(Buffer.alloc(300_001))) as Answer,
      /more than the 300000 bytes/,
    ],
  ])("fails on %s", async (_, answer, reason) => {
    server.answer([answer]);
    await expect(download()).rejects.toMatchObject({
      code: "client.transfer-failed",
      message: expect.stringMatching(reason),
    });
    expect(server.seen.length).toBe(1);
  });

  it("fails when the server goes on at another byte than asked for", async () => {
    const wrong: Answer = (_, response) => {
      response.writeHead(206, { "content-range": `bytes 5-${file.length - 1}/${file.length}` }).end(file.subarray(5));
    };
    server.answer([serve({ cutAfter: 1000 }), wrong]);
    await expect(download()).rejects.toThrow("asked for bytes 1000- of 300000");
  });

  it("ends at once when its signal aborts in the middle of the body", async () => {
    const abort = new AbortController();
    server.answer([
      (_, response) => {
        response.writeHead(200, { "content-length": file.length });
        response.write(file.subarray(0, 1000), () => abort.abort());
      },
    ]);
    await expect(download({ signal: abort.signal })).rejects.toThrow("The download of the model was cancelled.");
    await expect(download({ signal: abort.signal })).rejects.toThrow("cancelled");
    expect(server.seen.length).toBe(1);
  });
});
