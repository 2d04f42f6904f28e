// The service over real sockets: what each path answers.

import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { policyNames } from "../../../selection/policies/find-policy.ts";
import { question, servedApp, t4 } from "./support.ts";

const app = servedApp();
const { post } = app;
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

  it("tells of a defect of ours without its details, which the operator sees", async () => {
    const { status, answer } = await select({ policy: "broken" });
    expect(status).toBe(500);
    expect(answer.error).toEqual({ code: "server.failed", message: "The service failed; see its output." });
    expect(app.defects).toEqual([expect.objectContaining({ message: "x is undefined" })]);
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
    expect(await (await fetch(`${app.url}/healthz`)).json()).toMatchObject({ runs: 1 });
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
    const response = await fetch(app.url + path);
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
