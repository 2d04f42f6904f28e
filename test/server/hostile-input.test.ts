// Garbage on every port and event. In each test two honest clients stand beside the garbage: what it must not do is end the
// process, touch the global model or disturb their round.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { createParameterSet } from "../../models/parameter-set.ts";
import { MAXIMUM_MESSAGE_BYTES } from "../../protocol/messages.ts";
import { encodePacket } from "../../protocol/socket-parser.ts";
import { openRawWebSocket, sendRaw } from "./support/raw-bytes.ts";
import { openSocket, registration, ScriptedAgent, say, sha256 } from "./support/scripted-agent.ts";
import { startTestRun, type TestRun, tinyFile } from "./support/tiny-run.ts";

interface Scene {
  readonly run: TestRun;
  readonly good: ScriptedAgent;
  readonly hostile: ScriptedAgent;
}

/** Round 1 runs with "good" and "hostile"; `attack`; then good delivers [1, 2, 3], which must become the model exactly. */
async function underAttack(attack: (scene: Scene) => Promise<void>): Promise<void> {
  await using run = await startTestRun({ minimumClients: 2 });
  const good = await ScriptedAgent.join(run.url, "good");
  const hostile = await ScriptedAgent.join(run.url, "hostile");
  const task = await good.task();
  await hostile.task();
  await attack({ run, good, hostile });

  const global = await fetch(run.url + task.parameters.path);
  expect(sha256(new Uint8Array(await global.arrayBuffer()))).toBe(task.parameters.sha256);
  expect(await good.deliver(tinyFile(1, 2, 3))).toEqual({ accepted: true });
  hostile.leave();
  const summary = await run.finished;
  expect(summary).toMatchObject({ rounds: 1, failedRounds: 0 });
  expect(summary.modelFile).toContain(sha256(tinyFile(1, 2, 3)));
}

const refusedWith = (code: string, reason: RegExp) => ({
  accepted: false,
  code,
  reason: expect.stringMatching(reason),
});

describe("garbage on the TCP port", () => {
  it("is answered with 400 or a closed connection, whatever the bytes", () =>
    underAttack(async ({ run }) => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
          // A line end completes the request line, so that the parser has something to judge.
          const answer = await sendRaw(run.port, Buffer.concat([bytes, Buffer.from("\r\n\r\n")]), { andEnd: true });
          expect(answer === "" || answer.startsWith("HTTP/1.1 400 Bad Request")).toBe(true);
        }),
        // Line ends alone are no request yet: the connection closes because the sender has ended it.
        { numRuns: 50, examples: [[Uint8Array.of(10)], [Uint8Array.of(13, 13, 10)]] },
      );
    }));

  it("is refused as JSON with a reason, for an unknown path and a body that nobody asked for", () =>
    underAttack(async ({ run }) => {
      const response = await fetch(`${run.url}/v1/run`, { method: "POST", body: "x".repeat(100_000) });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ code: "server.unknown-path" });
      expect((await fetch(`${run.url}/v1/models/../../etc/passwd`)).status).toBe(404);
      expect((await fetch(`${run.url}/v1/models/%2e%2e%2fjournal.ndjson`)).status).toBe(404);
      expect((await fetch(`${run.url}/%00%ff`)).status).toBe(400);
      expect((await fetch(`${run.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(400);
    }));
});

describe("garbage on the websocket", () => {
  it("closes that connection and no other, whatever the bytes", () =>
    underAttack(async ({ run }) => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (bytes, text) => {
          const raw = await openRawWebSocket(run.port);
          raw.sendFrame(bytes, { text });
          // Most bytes are refused at once; where they happen to be a heartbeat or a packet, this ends it.
          raw.sendFrame(Buffer.from("garbage"), { text: false });
          await raw.closed;
        }),
        { numRuns: 30 },
      );
    }));

  it("closes a connection whose frame is larger than a message may be", () =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const closed = new Promise<string>((resolve) => socket.once("disconnect", resolve));
      const engine = socket.io.engine as unknown as { write(data: Uint8Array): void };
      engine.write(Buffer.alloc(MAXIMUM_MESSAGE_BYTES + 1));
      expect(await closed).toBe("transport close");
    }));

  it("closes a connection that sends an event which would end a careless process", () =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const closed = new Promise<string>((resolve) => socket.once("disconnect", resolve));
      const engine = socket.io.engine as unknown as { write(data: Uint8Array): void };
      expect(() => encodePacket({ type: 2, nsp: "/", data: ["error", { boom: 1 }] })).not.toThrow();
      engine.write(encodePacket({ type: 2, nsp: "/", data: ["error", { boom: 1 }] }));
      expect(await closed).toBe("transport close");
    }));
});

describe("garbage in an event", () => {
  it.each(["register", "progress", "update", "failure", "dance", "__proto__", "constructor"])(
    "%s is refused with a reason, whatever the message",
    (event) =>
      underAttack(async ({ run }) => {
        const json = fc.jsonValue({ maxDepth: 3 });
        await fc.assert(
          fc.asyncProperty(fc.array(json, { minLength: 1, maxLength: 10 }), async (messages) => {
            const socket = await openSocket(run.url);
            for (const message of messages) {
              const reply = await say(socket, event, message);
              expect(reply).toMatchObject({ accepted: false, code: expect.any(String), reason: expect.any(String) });
            }
            socket.disconnect();
          }),
          { numRuns: 10 },
        );
      }),
  );

  it("is refused for another protocol version, with advice", () =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const reply = await say(socket, "register", { ...registration("new"), protocolVersion: 1 });
      expect(reply).toMatchObject(refusedWith("protocol.version-mismatch", /protocol version 1, this side speaks 3/));
      socket.disconnect();
    }));

  it.each([
    ["a name with a slash", { clientId: "../x" }],
    ["no examples", { exampleCount: 0 }],
    [
      "an infinite link",
      { link: { downlinkBitsPerSecond: Number.POSITIVE_INFINITY, uplinkBitsPerSecond: 1, roundTripSeconds: 0 } },
    ],
    ["NaN memory", { device: { kind: "gpu", name: "x", memoryBytes: Number.NaN } }],
    ["a name of a megabyte", { backend: "x".repeat(100_000) }],
    ["an unknown key", { admin: true }],
  ])("register with %s is refused", (_, changes) =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const reply = await say(socket, "register", { ...registration("new"), ...changes });
      expect(reply).toMatchObject(refusedWith("protocol.malformed-message", /^register: /));
      socket.disconnect();
    }),
  );

  it("is refused before the sender has registered", () =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const message = { taskId: "r1-good", phase: "training", fraction: 0.5 };
      expect(await say(socket, "progress", message)).toMatchObject(refusedWith("server.not-registered", /register/));
      socket.disconnect();
    }));

  it("closes a connection that sends nothing but nonsense", () =>
    underAttack(async ({ run }) => {
      const socket = await openSocket(run.url);
      const closed = new Promise((resolve) => socket.once("disconnect", resolve));
      for (let count = 0; count < 25; count++) {
        (socket as unknown as { emit(event: string, message: unknown): void }).emit("update", { count });
      }
      await closed;
      expect(run.log.of("message-refused").length).toBeLessThanOrEqual(20);
    }));

  it("is journalled with its sender", () =>
    underAttack(async ({ run, hostile }) => {
      await say(hostile.socket, "progress", { taskId: "r1-good", phase: "training", fraction: 0.5 });
      expect(await run.log.next("message-refused")).toMatchObject({ clientId: "hostile", code: "server.unknown-task" });
    }));
});

describe("an update that must not reach the global model", () => {
  const nan = tinyFile(1, Number.NaN, 3);
  const infinite = tinyFile(1, 2, Number.POSITIVE_INFINITY);
  const layoutOf = (name: string, shape: number[]) => [
    { name, shape },
    { name: "output/bias", shape: [1] },
  ];
  const values = Float32Array.of(9, 9, 9);
  const shape = encodeParameterFile(createParameterSet(layoutOf("output/kernel", [1, 2]), values));
  const name = encodeParameterFile(createParameterSet(layoutOf("output/colonel", [2, 1]), values));
  const header = Uint8Array.from(tinyFile(9, 9, 9));
  header.set(Buffer.from("{{{{"), 8);

  it.each([
    ["a NaN parameter", nan, "models.non-finite-parameter", /Parameter 1 of the update is NaN/],
    ["an infinite parameter", infinite, "models.non-finite-parameter", /Parameter 2 of the update is Infinity/],
    ["a header that is no JSON", header, "models.malformed-parameter-file", /header/],
  ])("with %s is refused and counts as failed", (_, file, code, reason) =>
    underAttack(async ({ run, hostile }) => {
      expect(await hostile.deliver(file)).toMatchObject(refusedWith(code, reason));
      const { outcome } = await run.log.next("client-ended");
      expect(outcome).toMatchObject({ clientId: "hostile", status: "failed", reason: expect.stringContaining(code) });
    }),
  );

  it.each([
    ["another shape", shape, /"output\/kernel" has shape \[1,2\] instead of \[2,1\]/],
    ["another tensor", name, /named "output\/colonel" instead of "output\/kernel"/],
  ])("with %s is refused", (_, file, reason) =>
    underAttack(async ({ hostile }) => {
      const task = await hostile.task();
      // The header may have another length than the task's; such a part is refused already.
      const put = await hostile.putPart(task, 0, file);
      if (put.status !== 204) expect([400, 413]).toContain(put.status);
      else expect(await hostile.commit(task, file)).toMatchObject(refusedWith("models.shape-mismatch", reason));
    }),
  );

  it("with another hash than stated is refused", () =>
    underAttack(async ({ hostile }) => {
      const reply = await hostile.deliver(tinyFile(9, 9, 9), { changes: { sha256: "0".repeat(64) } });
      expect(reply).toMatchObject(refusedWith("server.update-hash-mismatch", /states 0000/));
    }));

  it("with another length than stated is refused", () =>
    underAttack(async ({ hostile }) => {
      const reply = await hostile.deliver(tinyFile(9, 9, 9), { changes: { byteLength: 10_000_000_000 } });
      expect(reply).toMatchObject(refusedWith("server.update-wrong-length", /states 10000000000/));
    }));

  it("that claims more examples than the client registered is refused", () =>
    underAttack(async ({ hostile }) => {
      const reply = await hostile.deliver(tinyFile(9, 9, 9), { changes: { exampleCount: 1e9 } });
      expect(reply).toMatchObject(refusedWith("server.update-implausible", /1,000,000,000 examples/));
    }));

  it("that claims fewer steps than its examples take is refused: it would weigh more by them", () =>
    underAttack(async ({ hostile }) => {
      const reply = await hostile.deliver(tinyFile(9, 9, 9), { changes: { stepCount: 1 } });
      // 100 examples in batches of 32
      expect(reply).toMatchObject(refusedWith("server.update-implausible", /claims 1 step, .* are 4 in 1 epoch/));
    }));

  it("that was never uploaded is refused, and may still be sent", () =>
    underAttack(async ({ good }) => {
      const reply = await good.commit(await good.task(), tinyFile(1, 2, 3));
      expect(reply).toMatchObject(refusedWith("server.upload-incomplete", /1 of 1 parts are missing: 0/));
    }));

  it("for the task of another client is refused", () =>
    underAttack(async ({ good, hostile }) => {
      const task = await good.task();
      const reply = await hostile.commit(task, tinyFile(9, 9, 9));
      expect(reply).toMatchObject(refusedWith("server.unknown-task", /does not belong to "hostile"/));
    }));

  it("for a task that nobody gave out is refused", () =>
    underAttack(async ({ hostile }) => {
      const task = { ...(await hostile.task()), taskId: "r99-hostile" };
      expect(await hostile.commit(task, tinyFile(9, 9, 9))).toMatchObject(refusedWith("server.unknown-task", /r99/));
    }));
});

describe("an update at the wrong time", () => {
  it("is refused the second time, and counts once", async () => {
    await using run = await startTestRun({ minimumClients: 2 });
    const good = await ScriptedAgent.join(run.url, "good");
    const other = await ScriptedAgent.join(run.url, "other");
    await good.deliver(tinyFile(1, 2, 3));
    const again = await good.commit(await good.task(), tinyFile(9, 9, 9));
    expect(again).toMatchObject(refusedWith("server.task-ended", /accepted; there is nothing more to do/));
    const put = await good.putPart(await good.task(), 0, tinyFile(9, 9, 9));
    expect(put.status).toBe(409);
    await other.deliver(tinyFile(3, 2, 1));
    expect((await run.finished).modelFile).toContain(sha256(tinyFile(2, 2, 2)));
  });

  it("is refused after the deadline, with the reason, and is not used", async () => {
    await using run = await startTestRun({ minimumClients: 2, slo: { deadlineSeconds: 0.3 }, rounds: 2 });
    const good = await ScriptedAgent.join(run.url, "good");
    const slow = await ScriptedAgent.join(run.url, "slow");
    const task = await slow.task();
    await slow.upload(task, tinyFile(9, 9, 9));
    await good.deliver(tinyFile(1, 2, 3));
    const { outcome } = await run.log.next("round-finished");
    expect(outcome.clients.find(({ clientId }) => clientId === "slow")).toMatchObject({ status: "late" });
    const reply = await slow.commit(task, tinyFile(9, 9, 9));
    expect(reply).toMatchObject(refusedWith("server.task-ended", /counted as late. The deadline of 0.3 s passed/));
    const second = await good.task(1);
    expect(second.parameters.sha256).toBe(sha256(tinyFile(1, 2, 3)));
  });
});
