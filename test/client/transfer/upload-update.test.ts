import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type UpdateUpload, uploadUpdate } from "../../../client/transfer/upload-update.ts";
import { FaultyServer, hangUp, refuse } from "./faulty-server.ts";
import { ImpatientClock } from "./impatient-clock.ts";

/** 10 parts of 1024 bytes and one of 100. */
const file = Uint8Array.from({ length: 10 * 1024 + 100 }, (_, index) => (index * 31) % 256);
const path = "/v1/updates/task-1";

let server: FaultyServer;
let clock: ImpatientClock;
/** What the aggregator has: part -> bytes. */
let parts: Map<number, Buffer>;
const arrivals = new EventEmitter();
beforeEach(async () => {
  server = await FaultyServer.start();
  clock = new ImpatientClock();
  parts = new Map();
});
afterEach(() => server.close());

/** An aggregator as protocol/transfer.ts describes it, for one task with the token "secret". */
function aggregator(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.authorization !== "Bearer secret") {
    refuse(401, "server.wrong-token", "Not the token of this task.")(request, response);
  } else if (request.method === "GET" && request.url === path) {
    response.end(JSON.stringify({ partBytes: 1024, receivedParts: [...parts.keys()] }));
  } else {
    void receivePart(request, response);
  }
}

const partOf = ({ url }: IncomingMessage) => Number(/\/parts\/(\d+)$/.exec(url ?? "")?.[1]);

/** Waits for the part before, which may come a moment later on another connection; a part counts if the hash that it states is that of the file up to its end. */
async function receivePart(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const part = partOf(request);
  while (part > 0 && !parts.has(part - 1)) {
    if (request.socket.destroyed) return;
    await Promise.race([once(arrivals, "part"), once(request.socket, "close")]);
  }
  const before = Array.from({ length: part }, (_, index) => parts.get(index) ?? Buffer.alloc(0));
  const hash = createHash("sha256")
    .update(Buffer.concat([...before, body]))
    .digest("hex");
  if (hash !== request.headers["x-prefix-sha256"] || body.length !== Number(request.headers["content-length"])) {
    response.writeHead(422).end();
  } else if (parts.set(part, body)) {
    response.writeHead(204).end();
    arrivals.emit("part");
  }
}

const upload = (changes: Partial<UpdateUpload> = {}) =>
  uploadUpdate({
    baseUrl: server.url,
    ...{ path, token: "secret", partBytes: 1024, file, signal: new AbortController().signal, clock },
    ...changes,
  });

const arrived = () => Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
const partsSent = () => server.seen.filter(({ method }) => method === "PUT").map(({ path: sent }) => sent.slice(25));

describe("uploading an update", () => {
  it("sends every part once, each with its hash and the token, and reports progress", async () => {
    server.answer([], aggregator);
    const progress: number[] = [];
    await upload({ onProgress: (fraction) => progress.push(fraction) });
    expect(Buffer.compare(arrived(), file)).toBe(0);
    expect(new Set(partsSent())).toEqual(new Set(Array.from({ length: 11 }, (_, part) => String(part))));
    expect(partsSent()).toHaveLength(11);
    expect(progress).toEqual(Array.from({ length: 11 }, (_, part) => (part + 1) / 11));
  });

  it("sends only the parts that the aggregator does not have", async () => {
    for (const part of [0, 1, 2, 3, 5, 10]) parts.set(part, Buffer.from(file.slice(part * 1024, (part + 1) * 1024)));
    server.answer([], aggregator);
    await upload();
    expect(partsSent()).toEqual(["4", "6", "7", "8", "9"]);
    expect(Buffer.compare(arrived(), file)).toBe(0);
  });

  it("asks what arrived after a lost connection and goes on from there", async () => {
    // Part 2 is cut off twice: before its body is read, and after it was stored.
    let cuts = 0;
    server.answer([], (request, response) => {
      if (partOf(request) !== 2 || cuts === 2) return aggregator(request, response);
      if (++cuts === 1) return request.socket.destroy();
      void request.toArray().then((chunks) => {
        parts.set(2, Buffer.concat(chunks));
        request.socket.destroy();
      });
    });
    await upload();
    const times = (part: string) => partsSent().filter((sent) => sent === part).length;
    expect([times("0"), times("1"), times("2"), times("10")]).toEqual([1, 1, 2, 1]);
    expect(Buffer.compare(arrived(), file)).toBe(0);
  });

  it("lets the next part leave before the one before is answered, and no other", async () => {
    /** Parts that are sent and not answered. */
    const open = new Set<number>();
    let most = 0;
    server.answer([], (request, response) => {
      if (request.method === "PUT") {
        open.add(partOf(request));
        most = Math.max(most, open.size);
        response.once("finish", () => open.delete(partOf(request)));
      }
      aggregator(request, response);
    });
    await upload();
    expect(most).toBe(2);
    expect(Buffer.compare(arrived(), file)).toBe(0);
  });

  it("tries again after 5xx and after a part that arrived damaged, with delays that double", async () => {
    const damaged = refuse(422, "server.part-hash-mismatch", "Send it again.");
    const broken = refuse(500, "server.broken", "disk full");
    server.answer([broken, broken, aggregator, damaged], aggregator);
    await upload();
    expect(Buffer.compare(arrived(), file)).toBe(0);
    expect(clock.waited([0.2, 0.4, 0.8])).toBe(true);
  });

  it("starts its delays anew after progress", async () => {
    server.answer([hangUp, hangUp, aggregator, aggregator, hangUp], aggregator);
    await upload();
    // Two failures; then status and part 0 succeed before the third.
    expect(clock.waited([0.2, 0.4, 0.2])).toBe(true);
  });

  it("gives up at once on a refusal, with the server's code and reason", async () => {
    server.answer([], aggregator);
    await expect(upload({ token: "wrong" })).rejects.toMatchObject({
      code: "client.transfer-failed",
      message: expect.stringContaining("401 (server.wrong-token): Not the token of this task."),
    });
    expect(server.seen.length).toBe(1);
    expect(clock.waits).toEqual([]);
  });

  it("learns of a refusal that closes the connection before the part's body is read", async () => {
    server.answer([aggregator, hangUp], refuse(404, "server.unknown-task", "Its round may be over."));
    await expect(upload()).rejects.toThrow("404 (server.unknown-task): Its round may be over.");
  });

  it("gives up after 150 attempts without progress", async () => {
    server.answer([], hangUp);
    await expect(upload()).rejects.toThrow("failed 150 times without progress");
    expect(server.seen.length).toBe(150);
  });

  it.each([
    ["no JSON", "<html>", "is not understood"],
    ["another part size", JSON.stringify({ partBytes: 2048, receivedParts: [] }), "expects 2048"],
  ])("refuses a state with %s", async (_, body, reason) => {
    server.answer([(_request, response) => response.end(body)]);
    await expect(upload()).rejects.toThrow(reason);
  });

  it("ends when its signal aborts between parts", async () => {
    server.answer([], aggregator);
    const abort = new AbortController();
    const cut = upload({ signal: abort.signal, onProgress: (fraction) => fraction > 0.2 && abort.abort() });
    await expect(cut).rejects.toThrow("The upload of the update was cancelled.");
    // One more was on its way.
    expect([3, 4]).toContain(parts.size);
  });
});
