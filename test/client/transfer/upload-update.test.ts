import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type UpdateUpload, uploadUpdate } from "../../../client/transfer/upload-update.ts";
import { type Answer, FaultyServer, hangUp, refuse } from "./faulty-server.ts";
import { ImpatientClock } from "./impatient-clock.ts";

/** 10 parts of 1024 bytes and one of 100. */
const file = Uint8Array.from({ length: 10 * 1024 + 100 }, (_, index) => (index * 31) % 256);
const path = "/v1/updates/task-1";

let server: FaultyServer;
let clock: ImpatientClock;
/** What the aggregator has: part -> bytes. */
let parts: Map<number, Buffer>;
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

async function receivePart(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const isWhole = createHash("sha256").update(body).digest("hex") === request.headers["x-content-sha256"];
  const part = Number(/\/parts\/(\d+)$/.exec(request.url ?? "")?.[1]);
  if (!isWhole || body.length !== Number(request.headers["content-length"])) response.writeHead(422).end();
  else if (parts.set(part, body)) response.writeHead(204).end();
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
    expect(partsSent()).toEqual(Array.from({ length: 11 }, (_, part) => String(part)));
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
    // Status, parts 0 and 1, then part 2 is cut: once before its body is read, once after it was stored.
    const storeAndHangUp: Answer = (request) => {
      void request.toArray().then((chunks) => {
        parts.set(2, Buffer.concat(chunks));
        request.socket.destroy();
      });
    };
    server.answer([aggregator, aggregator, aggregator, hangUp, aggregator, storeAndHangUp], aggregator);
    await upload();
    expect(partsSent()).toEqual(["0", "1", "2", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    expect(Buffer.compare(arrived(), file)).toBe(0);
  });

  it("tries again after 5xx and after a part that arrived damaged, with delays that double", async () => {
    const damaged = refuse(422, "server.part-hash-mismatch", "Send it again.");
    const broken = refuse(500, "server.broken", "disk full");
    server.answer([broken, broken, aggregator, damaged], aggregator);
    await upload();
    expect(Buffer.compare(arrived(), file)).toBe(0);
    expect(clock.waits).toEqual([0.2, 0.4, 0.8]);
  });

  it("starts its delays anew after progress", async () => {
    server.answer([hangUp, hangUp, aggregator, aggregator, hangUp], aggregator);
    await upload();
    // Two failures; then status and part 0 succeed before the third.
    expect(clock.waits).toEqual([0.2, 0.4, 0.2]);
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

  it("gives up after 8 attempts without progress", async () => {
    server.answer([], hangUp);
    await expect(upload()).rejects.toThrow("failed 8 times without progress");
    expect(server.seen.length).toBe(8);
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
    expect(parts.size).toBe(3);
  });
});
