// Each HTTP route with each role, against a real aggregator.

import { connect } from "node:net";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createHttpApp } from "../../../server/http/http-app.ts";
import { openSecurity } from "../../../server/security/security.ts";
import { securityConfigSchema } from "../../../server/security/security-config.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { openSocket, ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun } from "../support/tiny-run.ts";
import { keyIn, type ProtectedRun, proofFor, startProtectedRun } from "./support/protected-run.ts";

const folder = temporaryFolder();

async function ask(url: string, path: string, token?: string, method = "GET") {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url + path, { method, headers });
  const text = await response.text();
  return { status: response.status, text, code: /"code":"([^"]+)"/.exec(text)?.[1] };
}

/** A run in its first round, and the task of its one agent. */
async function inRound(run: ProtectedRun) {
  const socket = await openSocket(run.url);
  const proof = await proofFor(socket, "a", await keyIn(folder.path, "a"), await run.tokenFor());
  const agent = await ScriptedAgent.join(run.url, "a", { socket, register: { proof } });
  return { agent, task: await agent.task() };
}

describe("a protected run", () => {
  it.each([
    // path, method: without a credential, agent, viewer, operator
    ["/v1/health", "GET", [200, 200, 200, 200]],
    ["/v1/ready", "GET", [200, 200, 200, 200]],
    ["/v1/run", "GET", [401, 403, 200, 200]],
    ["MODEL", "GET", [401, 403, 200, 200]],
    ["MODEL", "HEAD", [401, 403, 200, 200]],
    ["/v1/updates/r1-a", "GET", [401, 401, 401, 401]],
    ["/v1/updates/r1-a/parts/0", "PUT", [401, 401, 401, 401]],
    ["/v1/run/stop", "POST", [401, 403, 403, 202]],
  ] as const)("answers %s (%s) to nobody, agent, viewer, operator with %j", async (path, method, statuses) => {
    await using run = await startProtectedRun(folder.path);
    const { task } = await inRound(run);
    const roles = [undefined, "agent", "viewer", "operator"] as const;
    const real = path === "MODEL" ? task.parameters.path : path;
    const answers: number[] = [];
    for (const role of roles) {
      answers.push((await ask(run.url, real, role && (await run.tokenFor({ role })), method)).status);
    }
    expect(answers).toEqual(statuses);
  });

  it("tells why: which credential is missing, and which role would do", async () => {
    await using run = await startProtectedRun(folder.path);
    expect((await ask(run.url, "/v1/run")).text).toMatch(/needs a credential of the role operator or viewer/);
    const agents = await ask(run.url, "/v1/run", await run.tokenFor());
    expect(agents).toMatchObject({ code: "server.role-forbidden", text: expect.stringMatching(/has the role agent/) });
  });

  it("refuses tokens that have expired, were revoked or never were", async () => {
    await using run = await startProtectedRun(folder.path);
    const expired = await run.tokenFor({ role: "viewer", expiresAt: new Date(Date.now() - 1).toISOString() });
    const { text, token } = await run.create({ role: "viewer" });
    expect((await ask(run.url, "/v1/run", text)).status).toBe(200);
    await run.tokens.revoke(token.id, new Date());
    expect(await ask(run.url, "/v1/run", text)).toMatchObject({ status: 401, code: "server.revoked-token" });
    expect(await ask(run.url, "/v1/run", expired)).toMatchObject({ status: 401, code: "server.expired-token" });
    expect(await ask(run.url, "/v1/run", "pst_x")).toMatchObject({ status: 401, code: "server.unknown-token" });
  });

  it("gives a task's token its own model and nothing else", async () => {
    await using run = await startProtectedRun(folder.path);
    const { agent, task } = await inRound(run);
    const { token } = task.upload;
    expect((await ask(run.url, task.parameters.path, token)).status).toBe(200);
    expect((await ask(run.url, `/v1/models/${"0".repeat(64)}`, token)).status).toBe(401);
    expect((await ask(run.url, "/v1/run", token)).status).toBe(401);
    expect((await ask(run.url, "/v1/run/stop", token, "POST")).status).toBe(401);
    agent.leave();
  });

  it("takes a task's token for its model no longer than the task lasts", async () => {
    await using run = await startProtectedRun(folder.path, { rounds: 2, slo: { deadlineSeconds: 0.3 } });
    const { task } = await inRound(run);
    await run.log.next("round-finished");
    const { status } = await ask(run.url, task.parameters.path, task.upload.token);
    expect(status).toBe(401);
  });

  it("is stopped by its operator: the run ends as by a drain, agents are not told that it is over", async () => {
    await using run = await startProtectedRun(folder.path, { liveness: { drainSeconds: 0 } });
    const { agent } = await inRound(run);
    let isTold = false;
    void agent.runFinished().then(() => {
      isTold = true;
    });
    const reply = await ask(run.url, "/v1/run/stop", await run.tokenFor({ role: "operator" }), "POST");
    expect(reply).toMatchObject({ status: 202, text: '{"status":"stopping"}' });
    await run.finished;
    expect(run.log.of("run-finished")).toMatchObject([{ reason: "interrupted" }]);
    expect(isTold).toBe(false);
  });
});

describe("a route that states nothing", () => {
  it("is for viewers", async () => {
    await using run = await startProtectedRun(folder.path);
    const config = securityConfigSchema.parse({ enrolment: "token", credentialsFolder: `${folder.path}/credentials` });
    const nothing = {} as never;
    const logger = pino({ level: "silent" });
    const security = await openSecurity(config);
    const app = createHttpApp({ models: nothing, uploads: nothing, describeRun: () => nothing, logger, security });
    app.get("/forgotten", () => "secret");
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    try {
      expect((await ask(url, "/forgotten")).status).toBe(401);
      expect((await ask(url, "/forgotten", await run.tokenFor())).status).toBe(403);
      expect(await ask(url, "/forgotten", await run.tokenFor({ role: "viewer" }))).toMatchObject({ text: "secret" });
    } finally {
      await app.close();
    }
  });
});

describe("an open run", () => {
  it("shows itself to everybody, and is stopped by nobody", async () => {
    await using run = await startTestRun();
    expect((await ask(run.url, "/v1/run")).status).toBe(200);
    expect(await ask(run.url, "/v1/run/stop", undefined, "POST")).toMatchObject({
      status: 401,
      code: "server.credential-required",
    });
  });

  it("takes no agent that a web page of another site has opened", async () => {
    await using run = await startTestRun();
    const evil = openSocket(run.url, { extraHeaders: { origin: "https://evil.example" } });
    await expect(evil).rejects.toThrow();
    const own = await openSocket(run.url, { extraHeaders: { origin: run.url } });
    own.disconnect();
  });

  it("reads no body of a request that it denies", async () => {
    await using run = await startTestRun();
    const socket = connect(run.port, "127.0.0.1");
    const answer = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
      socket.on("error", () => {});
    });
    socket.write("POST /v1/run/stop HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n");
    expect(await answer).toMatch(/^HTTP\/1.1 401[\s\S]*connection: close/i);
  });
});
