// The requests that the documentation and the Flower example show are those that the service takes.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rooflineModel } from "../../selection/latency/roofline/roofline-model.ts";
import { listen } from "../../server/http/listen.ts";
import { createSelectionApp } from "../../server/selection-service/selection-app.ts";
import { SelectionService } from "../../server/selection-service/selection-service.ts";
import { servedPolicies } from "../../server/selection-service/served-policies.ts";

const service = new SelectionService({
  latencyModel: rooflineModel,
  policies: servedPolicies(undefined),
  maximumRuns: 8,
});
const app = createSelectionApp(service, (error) => {
  throw error;
});
let url = "";
beforeAll(async () => {
  url = `http://127.0.0.1:${await listen(app, "127.0.0.1", 0)}`;
});
afterAll(() => app.close());

async function ask(path: string, body?: string) {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: body ?? null };
  const response = await fetch(url + path, body === undefined ? {} : post);
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

/** A new fit of the coefficients changes figures, not who is in time. */
const withoutFigures = (reason: string) => reason.replace(/>?[\d.]+ (ms|s|min|%)/g, "#");

describe("examples/flower/request.json", () => {
  it("is answered as the example's page shows: who is in time, and why the others are not", async () => {
    const { status, answer } = await ask("/v1/select", await readFile("examples/flower/request.json", "utf8"));
    expect(status).toBe(200);
    const page = await readFile("examples/flower/README.md", "utf8");
    const shown = [...page.matchAll(/^probselect: node \d+ \((.+?)\): (.+)$/gm)];
    expect(shown).toHaveLength(5);
    const decisions: { device: string; reason: string }[] = answer.decisions;
    expect(new Map(decisions.map(({ device, reason }) => [device, withoutFigures(reason)]))).toEqual(
      new Map(shown.map(([, device = "", reason = ""]) => [device, withoutFigures(reason)])),
    );
    expect(page).toContain(
      `${answer.decisions.filter(({ selected }: { selected: boolean }) => selected).length} of 5 nodes, `,
    );
    expect(answer.decisions.map(({ clientId }: { clientId: string }) => clientId)).toContain("17034392930185762694");
  });
});

describe("docs/selection-service.md", () => {
  it("shows requests that are answered, each of them, in this order", async () => {
    const page = await readFile("docs/selection-service.md", "utf8");
    const calls = [
      ...page.matchAll(
        /curl -s http:\/\/127\.0\.0\.1:7710(\S+)(?: -H 'content-type: application\/json' -d '([^']+)')?/g,
      ),
    ];
    expect(calls.map(([, path]) => path)).toEqual([
      "/v1/select",
      "/v1/feedback",
      "/v1/policies",
      "/v1/devices/NVIDIA%20GeForce%20RTX%203090",
      "/healthz",
    ]);
    for (const [, path = "", body] of calls)
      expect({ path, ...(await ask(path, body)) }).toMatchObject({ status: 200 });
  });

  it("shows an answer with the fields that there are", async () => {
    const page = await readFile("docs/selection-service.md", "utf8");
    const shown = JSON.parse(/```json\n(.+?)```/s.exec(page)?.[1] ?? "");
    const body = /-d '([^']+)'/.exec(page)?.[1] ?? "";
    const { answer } = await ask("/v1/select", body.replace('"tuesday"', '"wednesday"'));
    expect(Object.keys(answer)).toEqual(Object.keys(shown));
    expect(Object.keys(answer.decisions[0]).sort()).toEqual(Object.keys(shown.decisions[0]).sort());
    expect(withoutFigures(answer.decisions[0].reason)).toBe(withoutFigures(shown.decisions[0].reason));
    expect(Object.keys(answer.forecast)).toEqual(Object.keys(shown.forecast));
  });
});
