// Who may be which client: tokens, keys, nonces, against a real aggregator over real sockets.

import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openSocket, registration, ScriptedAgent, say } from "../support/scripted-agent.ts";
import { tinyFile } from "../support/tiny-run.ts";
import { challenge, keyIn, proofFor, startProtectedRun, tryToRegister } from "./support/protected-run.ts";

const folder = temporaryFolder();
const refused = (code: string) => ({ accepted: false, code, reason: expect.any(String) });

describe("an agent enrols", () => {
  it("with a token and a key, and comes back with the key alone", async () => {
    await using run = await startProtectedRun(folder.path);
    const identity = await keyIn(folder.path, "a");
    expect(await tryToRegister(run.url, "a", { identity, token: await run.tokenFor() })).toMatchObject({
      accepted: true,
    });
    expect(await tryToRegister(run.url, "a", { identity })).toMatchObject({ accepted: true });
    expect(await run.identities.list()).toMatchObject([{ clientId: "a" }]);
  });

  it("and trains: the task's token downloads the model, the update becomes the model", async () => {
    await using run = await startProtectedRun(folder.path);
    const socket = await openSocket(run.url);
    const proof = await proofFor(socket, "a", await keyIn(folder.path, "a"), await run.tokenFor());
    const agent = await ScriptedAgent.join(run.url, "a", { socket, register: { proof } });
    const task = await agent.task();
    const headers = { authorization: `Bearer ${task.upload.token}` };
    expect((await fetch(run.url + task.parameters.path, { headers })).status).toBe(200);
    expect((await fetch(run.url + task.parameters.path)).status).toBe(401);
    expect(await agent.deliver(tinyFile(1, 2, 3))).toEqual({ accepted: true });
    expect(await run.finished).toMatchObject({ rounds: 1, failedRounds: 0 });
  });

  it("once with a token that is for one client", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor({ maximumClients: 1 });
    const [a, b] = [await keyIn(folder.path, "a"), await keyIn(folder.path, "b")];
    expect(await tryToRegister(run.url, "a", { identity: a, token })).toMatchObject({ accepted: true });
    expect(await tryToRegister(run.url, "b", { identity: b, token })).toMatchObject(refused("server.used-token"));
    expect(await tryToRegister(run.url, "a", { identity: a, token })).toMatchObject({ accepted: true });
  });

  it("as one of two that try at the same time to be the same client", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor();
    const keys = await Promise.all(["x", "y"].map((name) => keyIn(folder.path, name)));
    const replies = await Promise.all(keys.map((identity) => tryToRegister(run.url, "a", { identity, token })));
    expect(replies.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(replies.find(({ accepted }) => !accepted)).toMatchObject(refused("server.client-taken"));
  });
});

describe("an agent is refused", () => {
  it("without a proof, with what to do about it", async () => {
    await using run = await startProtectedRun(folder.path);
    const socket = await openSocket(run.url);
    const reply = await say(socket, "register", registration("a"));
    expect(reply).toMatchObject({ ...refused("server.proof-required"), reason: expect.stringMatching(/--token-file/) });
    socket.disconnect();
  });

  it("with a key that nobody enrolled and no token", async () => {
    await using run = await startProtectedRun(folder.path);
    const identity = await keyIn(folder.path, "a");
    expect(await tryToRegister(run.url, "a", { identity })).toMatchObject(refused("server.not-enrolled"));
  });

  it.each([
    ["is made up", `pst_${"0".repeat(12)}_${"A".repeat(43)}`],
    ["is no token at all", "open sesame"],
    ["points elsewhere", "pst_../../../../etc_passwd"],
  ])("with a token that %s", async (_, token) => {
    await using run = await startProtectedRun(folder.path);
    const reply = await tryToRegister(run.url, "a", { identity: await keyIn(folder.path, "a"), token });
    expect(reply).toMatchObject(refused("server.unknown-token"));
    expect(JSON.stringify(reply)).not.toContain(token);
  });

  it("with the id of a true token and another secret", async () => {
    await using run = await startProtectedRun(folder.path);
    const { token } = await run.create();
    const forged = `pst_${token.id}_${"A".repeat(43)}`;
    const reply = await tryToRegister(run.url, "a", { identity: await keyIn(folder.path, "a"), token: forged });
    expect(reply).toMatchObject(refused("server.unknown-token"));
  });

  it("with a token that has expired; who enrolled before stays", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor({ expiresAt: new Date(Date.now() - 1000).toISOString() });
    const identity = await keyIn(folder.path, "a");
    expect(await tryToRegister(run.url, "a", { identity, token })).toMatchObject(refused("server.expired-token"));
    await tryToRegister(run.url, "a", { identity, token: await run.tokenFor() });
    expect(await tryToRegister(run.url, "a", { identity, token })).toMatchObject({ accepted: true });
  });

  it("with a token that was revoked a moment ago, while the aggregator runs", async () => {
    await using run = await startProtectedRun(folder.path);
    const { text, token } = await run.create();
    const [a, b] = [await keyIn(folder.path, "a"), await keyIn(folder.path, "b")];
    expect(await tryToRegister(run.url, "a", { identity: a, token: text })).toMatchObject({ accepted: true });
    await run.tokens.revoke(token.id, new Date());
    expect(await tryToRegister(run.url, "b", { identity: b, token: text })).toMatchObject(
      refused("server.revoked-token"),
    );
  });

  it.each(["viewer", "operator"] as const)("with the token of a %s", async (role) => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor({ role });
    const reply = await tryToRegister(run.url, "a", { identity: await keyIn(folder.path, "a"), token });
    expect(reply).toMatchObject(refused("server.role-forbidden"));
  });

  it("under an id or a label that its token does not cover", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor({ clientPattern: "sat-*", labels: ["site:berlin"] });
    const identity = await keyIn(folder.path, "a");
    expect(await tryToRegister(run.url, "a", { identity, token })).toMatchObject(refused("server.wrong-client"));
    const paris = { identity, token, labels: ["site:paris"] };
    expect(await tryToRegister(run.url, "sat-1", paris)).toMatchObject(refused("server.wrong-label"));
    const berlin = { identity, token, labels: ["site:berlin"] };
    expect(await tryToRegister(run.url, "sat-1", berlin)).toMatchObject({ accepted: true });
    // The limit stays with the client when it comes back without its token.
    const later = { identity, labels: ["site:paris"] };
    expect(await tryToRegister(run.url, "sat-1", later)).toMatchObject(refused("server.wrong-label"));
  });
});

describe("a client's id that somebody else wants", () => {
  it("stays with the key that enrolled it, even for the owner of a valid token", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor();
    await tryToRegister(run.url, "a", { identity: await keyIn(folder.path, "owner"), token });
    const thief = await keyIn(folder.path, "thief");
    expect(await tryToRegister(run.url, "a", { identity: thief, token })).toMatchObject(refused("server.client-taken"));
  });

  it("is free again once the operator has revoked the key", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor();
    const old = await keyIn(folder.path, "old");
    await tryToRegister(run.url, "a", { identity: old, token });
    await run.identities.remove("a");
    expect(await tryToRegister(run.url, "a", { identity: old })).toMatchObject(refused("server.not-enrolled"));
    const fresh = await keyIn(folder.path, "fresh");
    expect(await tryToRegister(run.url, "a", { identity: fresh, token })).toMatchObject({ accepted: true });
  });

  it("is taken over by the same key when the old connection is dead", async () => {
    await using run = await startProtectedRun(folder.path, { minimumClients: 2 });
    const identity = await keyIn(folder.path, "a");
    const first = await openSocket(run.url);
    const proof = await proofFor(first, "a", identity, await run.tokenFor());
    const before = await ScriptedAgent.join(run.url, "a", { socket: first, register: { proof } });
    expect(before.welcome.accepted).toBe(true);
    before.crash();
    const second = await openSocket(run.url);
    const again = { proof: await proofFor(second, "a", identity) };
    const after = await ScriptedAgent.join(run.url, "a", { socket: second, register: again });
    expect(after.welcome.accepted).toBe(true);
    after.leave();
  });

  it("no longer counts while it is connected: a revoked client's update is refused", async () => {
    await using run = await startProtectedRun(folder.path);
    const socket = await openSocket(run.url);
    const proof = await proofFor(socket, "a", await keyIn(folder.path, "a"), await run.tokenFor());
    const agent = await ScriptedAgent.join(run.url, "a", { socket, register: { proof } });
    const task = await agent.task();
    await agent.upload(task, tinyFile(9, 9, 9));
    await run.identities.remove("a");
    const closed = new Promise((resolve) => socket.once("disconnect", resolve));
    expect(await agent.commit(task, tinyFile(9, 9, 9))).toMatchObject(refused("server.revoked-client"));
    await closed;
    expect(run.log.of("update-accepted")).toEqual([]);
  });
});

describe("a signature", () => {
  it("is of no use on another connection", async () => {
    await using run = await startProtectedRun(folder.path);
    const [mine, thiefs] = [await openSocket(run.url), await openSocket(run.url)];
    const proof = await proofFor(mine, "a", await keyIn(folder.path, "a"), await run.tokenFor());
    await challenge(thiefs);
    const reply = await say(thiefs, "register", registration("a", { proof }));
    expect(reply).toMatchObject(refused("server.wrong-signature"));
    mine.disconnect();
    thiefs.disconnect();
  });

  it("is of no use a second time on the same connection", async () => {
    await using run = await startProtectedRun(folder.path);
    const socket = await openSocket(run.url);
    const proof = await proofFor(socket, "a", await keyIn(folder.path, "a"));
    expect(await say(socket, "register", registration("a", { proof }))).toMatchObject(refused("server.not-enrolled"));
    const withToken = registration("a", { proof: { ...proof, token: await run.tokenFor() } });
    expect(await say(socket, "register", withToken)).toMatchObject(refused("server.no-challenge"));
    socket.disconnect();
  });

  it("is of no use for another client, nor with another key beside it", async () => {
    await using run = await startProtectedRun(folder.path);
    const token = await run.tokenFor();
    const [a, b] = [await keyIn(folder.path, "a"), await keyIn(folder.path, "b")];
    const socket = await openSocket(run.url);
    const forA = await proofFor(socket, "a", a, token);
    expect(await say(socket, "register", registration("b", { proof: forA }))).toMatchObject(
      refused("server.wrong-signature"),
    );
    const proof = await proofFor(socket, "a", a, token);
    const { publicKey } = b.prove("A".repeat(43), "a");
    expect(await say(socket, "register", registration("a", { proof: { ...proof, publicKey } }))).toMatchObject(
      refused("server.wrong-signature"),
    );
    socket.disconnect();
  });

  it("by a key that is a point of small order, with which many signatures hold, is refused", async () => {
    await using run = await startProtectedRun(folder.path);
    const socket = await openSocket(run.url);
    await challenge(socket);
    // The identity element (0, 1), and R = identity, S = 0: a careless verifier accepts this for every message.
    const point = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
    const proof = {
      publicKey: point.toString("base64url"),
      signature: Buffer.concat([point, Buffer.alloc(32)]).toString("base64url"),
      token: await run.tokenFor(),
    };
    expect(await say(socket, "register", registration("a", { proof }))).toMatchObject(
      refused("server.wrong-signature"),
    );
    socket.disconnect();
  });
});

it("an open run asks for none of it", async () => {
  await using run = await startProtectedRun(folder.path, {}, { enrolment: "open" });
  const agent = await ScriptedAgent.join(run.url, "a");
  expect(agent.welcome.accepted).toBe(true);
  expect(await tryToRegister(run.url, "b", { identity: await keyIn(folder.path, "b") })).toMatchObject({
    accepted: true,
  });
});
