// The service over real sockets: what each path answers, and how a bad request is refused.

import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { policyNames } from "../../../selection/policies/find-policy.ts";
import { startPolicy } from "../../../selection/policy/policy.ts";
import { listen } from "../../../server/http/listen.ts";
import { createSelectionApp } from "../../../server/selection-service/selection-app.ts";
import { SelectionService } from "../../../server/selection-service/selection-service.ts";
import { policies, question, t4 } from "./support.ts";

const oracle = startPolicy<null>({
  name: "oracle",
  needs: "truth",
  begin: () => null,
  select: ({ candidates }) => ({
    selection: { reasons: new Uint8Array(candidates.size), because: () => "" },
    state: null,
  }),
});
const broken = startPolicy<null>({
  name: "broken",
  needs: "static-specs",
  begin: () => null,
  select: () => {
    throw new TypeError("x is undefined");
  },
});

const defects: unknown[] = [];
const service = new SelectionService({
  latencyModel: rooflineModel,
  maximumRuns: 2,
  policies: {
    ...policies,
    create: (terms) => ({ oracle, broken })[terms.policy ?? ""] ?? policies.create(terms),
  },
});
const app = createSelectionApp(service, (error) => void defects.push(error));
let url = "";
let port = 0;
beforeAll(async () => {
  port = await listen(app, "127.0.0.1", 0);
  url = `http://127.0.0.1:${port}`;
});
afterAll(() => app.close());

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = { "content-type": "application/json", ...headers };
  const response = await fetch(url + path, { method: "POST", body: text, headers: type });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}
const select = (changes: Readonly<Record<string, unknown>> = {}) => post("/v1/select", question(changes));

describe("POST /v1/select", () => {
  it("answers with a decision a candidate, in their order, and what to expect of the round", async () => {
    const candidates = [
      { ...t4("a"), labels: ["site:berlin"], backend: "pytorch", contactSeconds: 0, energy: { budgetJoules: 1e6 } },
      { ...t4("b"), device: { name: "Jetson TX2" }, link: "satellite-narrowband" },
      { ...t4("c"), device: { kind: "gpu", name: "Frobnicator 9000" } },
    ];
    const { status, answer } = await select({ candidates, slo: { deadlineSeconds: 6 } });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      runId: null,
      isNewRun: true,
      round: 1,
      policy: "probselect",
      deadlineSeconds: 6,
      roundEnd: { kind: "deadline" },
      note: null,
      decisions: [
        { clientId: "a", selected: true, reasonCode: "selected", device: "Tesla T4", tier: "catalogue-nvidia" },
        { clientId: "b", selected: false, reasonCode: "transfer-exceeds-deadline", device: "Jetson TX2" },
        { clientId: "c", device: "Frobnicator 9000", tier: "unknown" },
      ],
    });
    const [a, b, c] = answer.decisions;
    expect(Object.keys(b).sort()).toEqual(
      [
        "clientId",
        "deadlineProbability",
        "device",
        "expectedSeconds",
        "reason",
        "reasonCode",
        "selected",
        "tier",
      ].sort(),
    );
    expect(b.reason).toMatch(/^Skipped: moving the model takes 9\.8\d s .* before the deadline of 6 s\.$/);
    expect(b.expectedSeconds).toBeGreaterThan(6);
    const selected = [a, c].filter((decision) => decision.selected);
    const sum = selected.reduce((total, { deadlineProbability }) => total + deadlineProbability, 0);
    expect(answer.forecast.expectedOnTimeCount).toBeCloseTo(sum, 9);
    expect(answer.warnings.join("\n")).toMatch(/^c: The catalogue has no row for "Frobnicator 9000"/);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string, RegExp]>([
    [
      "policy",
      { policy: "oortt" },
      "selection.unknown-policy",
      /No selection policy is named "oortt"\. Known policies: probselect/,
    ],
    ["policy's module", { policy: "./mine.ts" }, "selection.unknown-policy", /"\.\/mine\.ts"/],
    ["setting", { settings: { wizardry: 1 } }, "selection.invalid-argument", /wizardry/],
    ["policy of a simulation", { policy: "oracle" }, "selection.invalid-argument", /only a simulation/],
    ["network", { workload: { model: "resnet9000" } }, "models.unknown-architecture", /resnet9000/],
    [
      "workload of two kinds",
      { workload: { model: "lenet5", cost: undefined, layersModel: {} } },
      "server.malformed-request",
      /workload\.layersModel\.modelName/,
    ],
    ["workload of no kind", { workload: {} }, "server.malformed-request", /^workload: Give one of model/],
    [
      "size without a network",
      { workload: { imageSize: 3 } },
      "server.malformed-request",
      /imageSize and classCount go with/,
    ],
    ["key", { deadline: 3 }, "server.malformed-request", /Unrecognized key: "deadline"/],
    ["deadline", { slo: { deadlineSeconds: 0 } }, "server.malformed-request", /^slo\.deadlineSeconds: Too small/],
    ["run", { runId: "a b" }, "server.malformed-request", /^runId: A run's id has/],
    [
      "link",
      { candidates: [{ ...t4("a"), link: "ltee" }] },
      "server.malformed-request",
      /^candidates\.0\.link: No link profile is named "ltee"/,
    ],
    [
      "link that is missing",
      { candidates: [{ ...t4("a"), link: undefined }] },
      "server.malformed-request",
      /^candidates\.0\.link: It is missing: datacentre, .*, or rates/,
    ],
    [
      "device that is missing",
      { candidates: [{ ...t4("a"), device: undefined }] },
      "server.malformed-request",
      /^candidates\.0\.device: It is missing: a GPU's name \("NVIDIA L4"\)/,
    ],
    [
      "rate",
      { candidates: [{ ...t4("a"), link: { downlinkBitsPerSecond: 0 } }] },
      "server.malformed-request",
      /candidates\.0\.link\.downlinkBitsPerSecond: Too small.*\n.*uplink/,
    ],
    [
      "client's id",
      { candidates: [{ ...t4("a"), clientId: 7e18 }] },
      "server.malformed-request",
      /candidates\.0\.clientId: .*expected string/,
    ],
    [
      "client that is there twice",
      { candidates: [t4("a"), t4("a")] },
      "server.malformed-request",
      /candidates\.1\.clientId: The client "a" is there twice/,
    ],
    [
      "number of candidates",
      { candidates: new Array(10_001).fill(t4("a")) },
      "server.malformed-request",
      /candidates: Too big.*10000/,
    ],
  ])("refuses a wrong %s with 400 and the place", async (_, changes, code, message) => {
    expect(await select(changes)).toEqual({
      status: 400,
      answer: { error: { code, message: expect.stringMatching(message) } },
    });
  });

  it("lists at most twenty problems, and says how many more there are", async () => {
    const candidates = Array.from({ length: 30 }, (_, index) => ({ ...t4(`c${index}`), exampleCount: -1 }));
    const { answer } = await select({ candidates });
    const lines = answer.error.message.split("\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and 10 more.");
  });

  it("tells of a defect of ours without its details, which the operator sees", async () => {
    const { status, answer } = await select({ policy: "broken" });
    expect(status).toBe(500);
    expect(answer.error).toEqual({ code: "server.failed", message: "The service failed; see its output." });
    expect(defects).toEqual([expect.objectContaining({ message: "x is undefined" })]);
  });
});

describe("runs over HTTP", () => {
  it("take turns between rounds, and learn how they ended", async () => {
    const run = { runId: "http", policy: "grudge" };
    const selectedIn = async (round: number) => {
      const { answer } = await select({ ...run, round });
      const decisions: { clientId: string; selected: boolean }[] = answer.decisions;
      return decisions.filter(({ selected }) => selected).map(({ clientId }) => clientId);
    };
    expect(await selectedIn(1)).toEqual(["a", "b", "c"]);
    const late = { clientId: "b", onTime: false, latencySeconds: 30, exampleCount: 0 };
    const told = await post("/v1/feedback", {
      runId: "http",
      feedback: { round: 1, roundSeconds: 30, clients: [late] },
    });
    expect(told).toMatchObject({ status: 200, answer: { learned: true } });
    expect(await selectedIn(2)).toEqual(["a", "c"]);
    expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ runs: 1 });
  });

  it("are refused with a status that tells what happened", async () => {
    await select({ runId: "one", policy: "taker" });
    expect(await select({ runId: "one", policy: "grudge", round: 2 })).toMatchObject({
      status: 409,
      answer: { error: { code: "server.run-conflict" } },
    });
    expect(await post("/v1/feedback", { runId: "none", feedback: { round: 1, clients: [] } })).toMatchObject({
      status: 404,
      answer: { error: { code: "server.unknown-run" } },
    });
    await select({ runId: "two" });
    await select({ runId: "three" });
    expect(await select({ runId: "one", policy: "taker", round: 2 })).toMatchObject({
      status: 410,
      answer: { error: { code: "server.dropped-run" } },
    });
  });
});

describe("GET", () => {
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return { status: response.status, answer: JSON.parse(await response.text()) };
  };

  it("/healthz answers with the version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    expect(await get("/healthz")).toMatchObject({ status: 200, answer: { status: "ok", version } });
  });

  it("/v1/policies lists every policy with what it needs", async () => {
    const { answer } = await get("/v1/policies");
    expect(answer.default).toBe("probselect");
    expect(answer.policies.map(({ name }: { name: string }) => name)).toEqual(policyNames);
    expect(answer.policies[0]).toEqual({ name: "probselect", needs: "static-specs", summary: expect.any(String) });
  });

  it("/v1/devices/NAME has the row that a name means, or says that none has", async () => {
    expect(await get(`/v1/devices/${encodeURIComponent("GA102 [GeForce RTX 3090]")}`)).toMatchObject({
      status: 200,
      answer: { kind: "known", tier: "catalogue-nvidia", device: { name: "GeForce RTX 3090" } },
    });
    expect(await get("/v1/devices/Frobnicator")).toMatchObject({
      status: 404,
      answer: { error: { code: "server.unknown-device", message: expect.stringContaining("Frobnicator") } },
    });
  });
});

describe("what is no question", () => {
  it.each<[number, string, string, Readonly<Record<string, string>>, RegExp]>([
    [404, "/v1/selection", "{}", {}, /There is no POST \/v1\/selection/],
    [400, "/v1/select", "{", {}, /cannot be read: .*JSON/],
    [400, "/v1/select", "", {}, /cannot be read: /],
    [400, "/v1/select", "[]", {}, /expected object/],
    [400, "/v1/select", '{"__proto__": {}}', {}, /cannot be read: /],
    [415, "/v1/select", "{}", { "content-type": "text/plain" }, /must be JSON/],
    [415, "/v1/select", "a=1", { "content-type": "application/x-www-form-urlencoded" }, /must be JSON/],
    [413, "/v1/select", " ".repeat(16 * 1024 * 1024 + 1), {}, /more than 16777216 bytes/],
  ])("is refused with %i: %s", async (status, path, body, headers, message) => {
    expect(await post(path, body, headers)).toEqual({
      status,
      answer: { error: { code: expect.stringMatching(/^server\./), message: expect.stringMatching(message) } },
    });
  });

  it("is refused with JSON even where the path itself is malformed", async () => {
    const response = await fetch(`${url}/v1/devices/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "server.malformed-request" } });
  });

  it("leaves the service as it was: bytes that are no HTTP, and a caller that goes away in the middle", async () => {
    for (const bytes of ["\0\0\0\0\r\n\r\n", "POST /v1/select HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\n{"]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => socket.write(bytes, () => socket.destroy()));
        socket.on("close", () => resolve());
      });
    }
    expect((await select()).status).toBe(200);
  });
});
