// Floods and slow senders against a real aggregator. Rates are set so low that a test's few requests exceed them, and a
// minute's share is so small that none grows back meanwhile.

import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { uploadUpdate } from "../../../client/transfer/upload-update.ts";
import type { Clock } from "../../../foundation/clock.ts";
import { PART_HASH_HEADER, partPath } from "../../../protocol/transfer.ts";
import { PartPlaces } from "../../../server/security/limits/part-places.ts";
import { AddressBuckets, networkOf, TokenBucket } from "../../../server/security/limits/token-bucket.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openSocket, registration, ScriptedAgent, say, sha256 } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile } from "../support/tiny-run.ts";
import { keyIn, startProtectedRun, tryToRegister } from "./support/protected-run.ts";

const folder = temporaryFolder();
const limited = (limits: Readonly<Record<string, number>>, config: Readonly<Record<string, unknown>> = {}) =>
  startTestRun({ ...config, security: { limits } });

/** All that a connection receives until it is closed. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

describe("a flood", () => {
  it("of HTTP requests is answered with 429 and when to come back", async () => {
    await using run = await limited({ requestsPerMinute: 3 });
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let count = 0; count < 5; count++) {
      last = await fetch(`${run.url}/v1/health`);
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    // 3 a minute: the next one is there after 20 s at most.
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(last?.headers.get("retry-after"))).toBeLessThanOrEqual(20);
    expect(await last?.json()).toMatchObject({ code: "server.too-many-requests" });
  });

  it("of connections is cut before a byte is read", async () => {
    await using run = await limited({ connectionsPerMinute: 2 });
    const ask = async () => {
      const socket = connect(run.port, "127.0.0.1");
      socket.write("GET /v1/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      return (await untilClosed(socket)).slice(0, 12);
    };
    expect([await ask(), await ask(), await ask()]).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", ""]);
  });

  it("of connections that stay is cut at the most that may be open", async () => {
    await using run = await limited({ maximumConnections: 2 });
    const open = [connect(run.port, "127.0.0.1"), connect(run.port, "127.0.0.1")];
    await Promise.all(open.map((socket) => once(socket, "connect")));
    expect(await untilClosed(connect(run.port, "127.0.0.1"))).toBe("");
    for (const socket of open) socket.destroy();
  });

  it("of registrations is refused", async () => {
    await using run = await limited({ registrationsPerMinute: 2 }, { minimumClients: 9 });
    const codes: unknown[] = [];
    for (const id of ["a", "b", "c"]) {
      const socket = await openSocket(run.url);
      const reply = await say(socket, "register", registration(id));
      codes.push(reply.accepted || reply.code);
    }
    expect(codes).toEqual([true, true, "server.too-many-requests"]);
  });

  it("of messages ends that agent's connection with the reason, and no other's", async () => {
    // Ten seconds' worth at once: 2 a second are 20.
    await using run = await limited({ messagesPerSecond: 2 }, { minimumClients: 2 });
    const good = await ScriptedAgent.join(run.url, "good");
    const loud = await ScriptedAgent.join(run.url, "loud");
    await loud.task();
    const closed = new Promise((resolve) => loud.socket.once("disconnect", resolve));
    for (let count = 0; count < 60; count++) {
      loud.socket.emit("progress", { taskId: "r1-loud", phase: "training", fraction: 0.5 });
    }
    await closed;
    const { clientId } = await run.log.next("message-refused", ({ code }) => code === "server.too-many-messages");
    expect(clientId).toBe("loud");
    expect(run.log.of("message-refused")).toHaveLength(1);
    expect(good.socket.connected).toBe(true);
  });

  it("of wrong credentials locks even right ones out for a while, on both doors", async () => {
    await using run = await startProtectedRun(folder.path, {}, { limits: { failuresPerMinute: 2 } });
    const right = await run.tokenFor({ role: "viewer" });
    const ask = async (token: string) =>
      (await fetch(`${run.url}/v1/run`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await ask(right), await ask("wrong"), await ask("wrong"), await ask(right)]).toEqual([200, 401, 401, 429]);
    const agent = { identity: await keyIn(folder.path, "a"), token: await run.tokenFor() };
    expect(await tryToRegister(run.url, "a", agent)).toMatchObject({ code: "server.too-many-requests" });
  });
});

describe("a slow sender", () => {
  it.each([
    ["half of its headers", "GET /v1/health HTTP/1.1\r\nhost: x\r\n"],
    ["nothing", ""],
  ])("that sends %s loses its connection", async (_, bytes) => {
    await using run = await limited({ headerSeconds: 0.2 });
    const socket = connect(run.port, "127.0.0.1");
    socket.write(bytes);
    expect(await untilClosed(socket)).toMatch(/^(HTTP\/1.1 4\d\d|$)/);
  });

  it("of more headers than a request may have is refused", async () => {
    await using run = await limited({});
    const socket = connect(run.port, "127.0.0.1");
    socket.write(`GET /v1/health HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 400/);
  });
});

describe("parts of updates beyond those that are taken at a time", () => {
  /** A part of which only the headers and the first byte arrive. */
  function begin(url: string, task: { readonly path: string; readonly token: string }, file: Uint8Array) {
    const begun = request(url + partPath(task.path, 0), {
      method: "PUT",
      headers: {
        authorization: `Bearer ${task.token}`,
        [PART_HASH_HEADER]: sha256(file),
        "content-length": String(file.byteLength),
        expect: "100-continue",
      },
    });
    begun.on("error", () => {});
    return begun;
  }

  it("are told to come back, and the agent does: the update arrives when there is a place again", async () => {
    await using run = await limited({ concurrentParts: 1 }, { minimumClients: 2 });
    const slow = await ScriptedAgent.join(run.url, "slow");
    const good = await ScriptedAgent.join(run.url, "good");
    const file = tinyFile(1, 2, 3);
    const [slowTask, goodTask] = [await slow.task(), await good.task()];
    const slowPart = begin(run.url, slowTask.upload, file);
    slowPart.write(file.subarray(0, 1));
    await once(slowPart, "continue");

    const refused = await good.putPart(goodTask, 0, file);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ code: "server.busy" });

    // The agent's own upload waits as long as it is asked to; at its first wait the place becomes free.
    const waits: number[] = [];
    const clock: Clock = {
      nowSeconds: () => 0,
      wait: async (seconds) => {
        waits.push(seconds);
        slowPart.end(file.subarray(1));
        if (waits.length === 1) await once(slowPart, "close");
      },
    };
    const { path, token, partBytes } = goodTask.upload;
    const signal = new AbortController().signal;
    await uploadUpdate({ baseUrl: run.url, path, token, partBytes, file, signal, clock });
    expect(waits.length).toBeGreaterThan(0);
    expect(waits[0]).toBeGreaterThanOrEqual(1);
    expect(await good.commit(goodTask, file)).toEqual({ accepted: true });
    expect(await slow.commit(slowTask, file)).toEqual({ accepted: true });
  });

  it("get the place of a sender that went away", async () => {
    await using run = await limited({ concurrentParts: 1 }, { minimumClients: 2 });
    const gone = await ScriptedAgent.join(run.url, "gone");
    const good = await ScriptedAgent.join(run.url, "good");
    const file = tinyFile(1, 2, 3);
    const part = begin(run.url, (await gone.task()).upload, file);
    part.write(file.subarray(0, 1));
    await once(part, "continue");
    part.destroy();
    const task = await good.task();
    let status = 503;
    while (status === 503) status = (await good.putPart(task, 0, file)).status;
    expect(status).toBe(204);
  });

  it("of one task are four at most, which share its place, so that nobody takes all places", () => {
    const places = new PartPlaces(2);
    const parts = [places.enter("a"), places.enter("a"), places.enter("a"), places.enter("a")];
    expect(parts).not.toContain(undefined);
    expect(places.enter("a")).toBeUndefined();
    parts[0]?.();
    parts[0]?.();
    expect(places.enter("a")).toBeDefined();
    expect(places.enter("a")).toBeUndefined();
    const ofB = places.enter("b");
    expect(ofB).toBeDefined();
    expect(places.enter("c")).toBeUndefined();
    ofB?.();
    expect(places.enter("c")).toBeDefined();
  });
});

describe("a token bucket", () => {
  it("gives its capacity at once, then so many a second", () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ capacity: 2, perSecond: 0.5 }, clock);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
    expect(bucket.secondsUntilNext).toBe(2);
    clock.advance(2);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    clock.advance(1000);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  });

  it("is one for each address, and for each /64 of IPv6", () => {
    const buckets = new AddressBuckets({ capacity: 1, perSecond: 0.001 }, new ManualClock());
    expect(buckets.of("10.0.0.1").take()).toBe(true);
    expect(buckets.of("::ffff:10.0.0.1").take()).toBe(false);
    expect(buckets.of("10.0.0.2").take()).toBe(true);
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2::9"));
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0");
    expect(networkOf("::1")).toBe("0:0:0:0");
    expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0");
  });
});
