// What fuzzing and the writing of its generators have found, each as the smallest input that showed it.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { uploadUpdate } from "../../client/transfer/upload-update.ts";
import { validRegistration } from "../../experiments/fuzz/generate/agent-messages.ts";
import { validTrain, validWelcome } from "../../experiments/fuzz/generate/aggregator-messages.ts";
import { encodeFrame } from "../../experiments/fuzz/wire/frames.ts";
import { SocketClient } from "../../experiments/fuzz/wire/socket-client.ts";
import { seededRandom } from "../../foundation/random-source.ts";
import { ScriptedAgent } from "../server/support/scripted-agent.ts";
import { startTestRun } from "../server/support/tiny-run.ts";
import { playAggregator, welcomeAgent } from "./hostile-aggregator.ts";

const place = { taskId: "t", sha256: "0".repeat(64), byteLength: 100 };
const train = validTrain(place);

describe("an agent outlives its aggregator's nonsense", () => {
  it.each([
    ["is no JSON", "0{"],
    ["is null", "0null"],
    ["says nothing", "0"],
    ["has no list of upgrades", '0{"sid":"x","pingInterval":1000,"pingTimeout":1000}'],
    ["has a heartbeat that no timer can hold", '0{"sid":"x","upgrades":[],"pingInterval":1e300,"pingTimeout":1}'],
  ])("a greeting that %s is a connection error, and the agent comes again", async (_, greeting) => {
    await using played = await playAggregator();
    const connection = await played.connection();
    connection.write(encodeFrame({ opcode: 1, payload: Buffer.from(greeting) }, false));
    expect((await played.heard("cannot-connect")).type).toBe("cannot-connect");
    await welcomeAgent(await played.connection(), validWelcome);
    expect((await played.heard("registered")).type).toBe("registered");
  });

  it("a namespace that is refused is joined again", async () => {
    await using played = await playAggregator();
    const connection = await played.connection();
    connection.onPacket = () => connection.sendPacket({ type: 4, nsp: "/", data: { message: "not yet" } });
    connection.greet();
    expect(await played.heard("cannot-connect")).toMatchObject({ reason: "not yet" });
    await welcomeAgent(await played.connection(), validWelcome);
    expect((await played.heard("registered")).type).toBe("registered");
  });

  it("a network that nobody can build is refused by an agent that emulates, with the reason", async () => {
    await using played = await playAggregator();
    const connection = await played.connection();
    await welcomeAgent(connection, validWelcome);
    const layers = [{ kind: "dense", name: "output", units: 1, activation: "linear", inputs: ["nobody"] }];
    const architecture = { name: "lost", inputShape: [2], layers };
    expect(await connection.ask(30, "train", { ...train, architecture })).toMatchObject({
      accepted: false,
      code: "models.invalid-architecture",
      reason: expect.stringContaining("nobody"),
    });
    expect(await connection.ask(30, "cancel", { taskId: "t", reason: "x", elapsedSeconds: 0 })).toEqual({
      computeSeconds: 0,
    });
  });

  it.each([
    "http://127.0.0.1:9/x",
    "//127.0.0.1:9/x",
    "/\\127.0.0.1:9/x",
    "\t//127.0.0.1:9/x",
    "file:///etc/passwd",
    "",
  ])("the path %j of a model or an upload is refused: it leads away from the aggregator", async (path) => {
    await using played = await playAggregator();
    const connection = await played.connection();
    await welcomeAgent(connection, validWelcome);
    const refused = { accepted: false, code: "protocol.malformed-message" };
    const parameters = { path, sha256: place.sha256, byteLength: place.byteLength };
    expect(await connection.ask(30, "train", { ...train, parameters })).toMatchObject(refused);
    const upload = { path, token: "t", partBytes: 1024 };
    expect(await connection.ask(30, "train", { ...train, upload })).toMatchObject(refused);
  });
});

describe("an upload", () => {
  /** Uploads one part to a server that answers the question for parts with `status`; the requests that came. */
  async function uploadWith(status: string): Promise<readonly string[]> {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      request
        .resume()
        .on("end", () => (request.method === "GET" ? response.end(status) : response.writeHead(204).end()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { signal } = new AbortController();
    try {
      await uploadUpdate({ baseUrl, path: "/u", token: "t", partBytes: 1024, file: new Uint8Array(100), signal });
      return requests;
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it("ends when the aggregator's answer on its state has no end, instead of keeping it all", async () => {
    const endless = JSON.stringify({ partBytes: 1024, receivedParts: Array.from({ length: 1_000_000 }, () => 10_000) });
    await expect(uploadWith(endless)).rejects.toMatchObject({
      code: "client.transfer-failed",
      message: expect.stringContaining("longer than 4194304 bytes"),
    });
  });

  it("takes no part for sent that the file does not have", async () => {
    expect(await uploadWith(JSON.stringify({ partBytes: 1024, receivedParts: [7, 8] }))).toContain("PUT /u/parts/0");
  });
});

describe("an aggregator", () => {
  it("admits one name a connection, also while it waits for an older bearer of the first", async () => {
    await using run = await startTestRun({ minimumClients: 3, liveness: { heartbeatSeconds: 1 } });
    await ScriptedAgent.join(run.url, "taken");
    const socket = await SocketClient.open(run.port);
    const register = (clientId: string) => socket?.ask("register", validRegistration(clientId, seededRandom(1)));
    // The first waits for the heartbeat of "taken"; the second would have been admitted meanwhile.
    const [first, second] = await Promise.all([register("taken"), register("other")]);
    expect(first).toMatchObject({ reply: { accepted: false, code: "server.duplicate-client" } });
    expect(second).toMatchObject({ reply: { accepted: false, code: "server.already-registered" } });
    expect(await register("third")).toMatchObject({ reply: { accepted: true } });
    await socket?.close();
  });
});
