import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sendRaw } from "../support/raw-bytes.ts";
import { ScriptedAgent, sha256 } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile } from "../support/tiny-run.ts";

const model = tinyFile(0, 0, 0);

describe("the download of the global model", () => {
  async function withModel(
    check: (get: (headers?: Record<string, string>, method?: string) => Promise<Response>) => Promise<void>,
  ) {
    await using run = await startTestRun({ minimumClients: 9 });
    await check((headers = {}, method = "GET") => fetch(`${run.url}/v1/models/${sha256(model)}`, { method, headers }));
  }

  it("is whole, named by its hash, and may be cached for ever", () =>
    withModel(async (get) => {
      const response = await get();
      expect(response.status).toBe(200);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(model);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        etag: `"${sha256(model)}"`,
        "content-length": String(model.length),
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": "application/vnd.safetensors",
      });
    }));

  it("goes on where it stopped", () =>
    withModel(async (get) => {
      const response = await get({ range: "bytes=10-19" });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes 10-19/${model.length}`);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(model.slice(10, 20));
      const rest = await get({ range: "bytes=20-", "if-range": `"${sha256(model)}"` });
      expect([rest.status, (await rest.arrayBuffer()).byteLength]).toEqual([206, model.length - 20]);
    }));

  it("starts anew when the model is another than before", () =>
    withModel(async (get) => {
      const response = await get({ range: "bytes=20-", "if-range": '"other"' });
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, model.length]);
    }));

  it("refuses a range behind its end, with the size", () =>
    withModel(async (get) => {
      const response = await get({ range: `bytes=${model.length}-` });
      expect(response.status).toBe(416);
      expect(response.headers.get("content-range")).toBe(`bytes */${model.length}`);
      expect(await response.json()).toMatchObject({ code: "server.range-not-satisfiable" });
    }));

  it("is not repeated for those who have it", () =>
    withModel(async (get) => {
      expect((await get({ "if-none-match": `"${sha256(model)}"` })).status).toBe(304);
      expect((await get({ "if-none-match": '"other"' })).status).toBe(200);
    }));

  it("answers HEAD without the bytes", () =>
    withModel(async (get) => {
      const response = await get({}, "HEAD");
      expect(response.headers.get("content-length")).toBe(String(model.length));
      expect((await response.arrayBuffer()).byteLength).toBe(0);
    }));

  it("is refused for a hash that is not kept", async () => {
    await using run = await startTestRun({ minimumClients: 9 });
    const response = await fetch(`${run.url}/v1/models/${"0".repeat(64)}`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: "server.unknown-model" }]);
  });
});

describe("the upload of an update", () => {
  const file = tinyFile(1, 2, 3);
  const limits = { partBytes: 1024 };

  async function withTask(
    check: (
      agent: ScriptedAgent,
      task: Awaited<ReturnType<ScriptedAgent["task"]>>,
      port: number,
      folder: string,
    ) => Promise<void>,
  ) {
    await using run = await startTestRun({}, { limits });
    const agent = await ScriptedAgent.join(run.url, "a");
    await check(agent, await agent.task(), run.port, run.folder);
  }

  it("may put a part again, and tells which have arrived", () =>
    withTask(async (agent, task, port) => {
      const status = async () => {
        const response = await fetch(`http://127.0.0.1:${port}${task.upload.path}`, {
          headers: { authorization: `Bearer ${task.upload.token}` },
        });
        return response.json();
      };
      expect(await status()).toEqual({ partBytes: 1024, receivedParts: [] });
      expect((await agent.putPart(task, 0, file)).status).toBe(204);
      expect((await agent.putPart(task, 0, file)).status).toBe(204);
      expect(await status()).toEqual({ partBytes: 1024, receivedParts: [0] });
      expect(await agent.commit(task, file)).toEqual({ accepted: true });
    }));

  it("does not count a part whose bytes are not those of its hash, until they are", () =>
    withTask(async (agent, task) => {
      expect((await agent.putPart(task, 0, file)).status).toBe(204);
      const bad = await agent.putPart(task, 0, tinyFile(7, 7, 7), { "x-content-sha256": sha256(file) });
      expect([bad.status, await bad.json()]).toMatchObject([422, { code: "server.part-hash-mismatch" }]);
      expect(await agent.commit(task, file)).toMatchObject({ accepted: false, code: "server.upload-incomplete" });
      await agent.upload(task, file);
      expect(await agent.commit(task, file)).toEqual({ accepted: true });
    }));

  it.each([
    ["a wrong token", 401, "server.wrong-token", { authorization: "Bearer wrong" }],
    ["no token", 401, "server.wrong-token", { authorization: "" }],
    ["no hash", 400, "server.part-hash-missing", { "x-content-sha256": "" }],
  ])("is refused with %s", (_, status, code, headers) =>
    withTask(async (agent, task) => {
      const response = await agent.putPart(task, 0, file, headers);
      expect([response.status, await response.json()]).toMatchObject([status, { code, reason: expect.any(String) }]);
    }),
  );

  it("is refused for a part that does not exist, a task that does not, and a part that is too short", () =>
    withTask(async (agent, task) => {
      expect((await agent.putPart(task, 1, file)).status).toBe(404);
      const foreign = { ...task, upload: { ...task.upload, path: "/v1/updates/r9-x" } };
      expect(await (await agent.putPart(foreign, 0, file)).json()).toMatchObject({ code: "server.unknown-task" });
      const short = await agent.putPart(task, 0, file.subarray(1));
      expect(await short.json()).toMatchObject({ code: "server.part-too-short" });
    }));

  it.each([10_000_000_000, 5000])("refuses %d bytes at once, before any of them is sent", (contentLength) =>
    withTask(async (_, task, port, folder) => {
      const head = [
        `PUT ${task.upload.path}/parts/0 HTTP/1.1`,
        "Host: 127.0.0.1",
        `Authorization: Bearer ${task.upload.token}`,
        `X-Content-Sha256: ${"0".repeat(64)}`,
        `Content-Length: ${contentLength}`,
      ];
      const answer = await sendRaw(port, `${head.join("\r\n")}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toMatch(/"code":"server.part-too-large","reason":"Part 0 must have exactly \d+ bytes/);
      expect(await readdir(join(folder, "spool"))).toEqual([]);
    }),
  );

  it("refuses a body of unknown length", () =>
    withTask(async (_, task, port) => {
      const head = [
        `PUT ${task.upload.path}/parts/0 HTTP/1.1`,
        "Host: 127.0.0.1",
        `Authorization: Bearer ${task.upload.token}`,
        "Transfer-Encoding: chunked",
      ];
      expect(await sendRaw(port, `${head.join("\r\n")}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 411 /);
    }));

  it("survives a sender that goes away in the middle of a part, who may send it again", () =>
    withTask(async (agent, task, port) => {
      const head = [
        `PUT ${task.upload.path}/parts/0 HTTP/1.1`,
        "Host: 127.0.0.1",
        `Authorization: Bearer ${task.upload.token}`,
        `X-Content-Sha256: ${sha256(file)}`,
        `Content-Length: ${file.length}`,
        "Expect: 100-continue",
      ];
      // The server answers "100 Continue" once it is ready for the body; then the sender is gone.
      await sendRaw(port, `${head.join("\r\n")}\r\n\r\n`, {
        done: (answer) => answer.includes("100 Continue"),
      });
      expect(await agent.commit(task, file)).toMatchObject({ code: "server.upload-incomplete" });
      await agent.upload(task, file);
      expect(await agent.commit(task, file)).toEqual({ accepted: true });
    }));

  it("leaves no spool file behind", async () => {
    await using run = await startTestRun({}, { limits });
    const agent = await ScriptedAgent.join(run.url, "a");
    await agent.deliver(file);
    await run.finished;
    expect(await readdir(join(run.folder, "spool"))).toEqual([]);
  });
});
