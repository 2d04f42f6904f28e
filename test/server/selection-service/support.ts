// What the tests of the selection service share: a question, and policies whose memory shows.

import { afterAll, beforeAll } from "vitest";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { ownPolicy } from "../../../selection/policies/own-policy.ts";
import { codeOf } from "../../../selection/policy/impossibility.ts";
import { type SelectionPolicy, startPolicy } from "../../../selection/policy/policy.ts";
import { listen } from "../../../server/http/listen.ts";
import { createSelectionApp } from "../../../server/selection-service/selection-app.ts";
import { SelectionService } from "../../../server/selection-service/selection-service.ts";
import { type ServedPolicies, servedPolicies } from "../../../server/selection-service/served-policies.ts";

export const t4 = (clientId: string) => ({ clientId, device: "Tesla T4", link: "office-fibre", exampleCount: 2000 });

/** A question about these candidates, round 1 of no run: LeNet-5 in half a minute. */
export function question(changes: Readonly<Record<string, unknown>> = {}, ...clientIds: readonly string[]) {
  return {
    slo: { deadlineSeconds: 30, minimumProbability: 0.8 },
    workload: { model: "lenet5" },
    candidates: (clientIds.length > 0 ? clientIds : ["a", "b", "c"]).map(t4),
    ...changes,
  };
}

/** Asks one client, and the next one in the next round. */
export function taker(): SelectionPolicy {
  return startPolicy<number>({
    name: "taker",
    needs: "static-specs",
    begin: () => 0,
    select: ({ candidates: { slots, size } }, turn) => {
      const reasons = Uint8Array.from(slots, (slot) => (slot === turn % size ? 0 : codeOf("not-chosen")));
      return { selection: { reasons, because: () => `turn ${turn}` }, state: turn + 1 };
    },
  });
}

/** Asks everybody until it has learned of a client that was late, which it never asks again. */
export function grudge(): SelectionPolicy {
  const late = new Set<string>();
  return ownPolicy("grudge", {
    select: ({ candidates }) => candidates.map(({ clientId }) => clientId).filter((clientId) => !late.has(clientId)),
    learn: ({ clients }) => {
      for (const { clientId, onTime } of clients) if (!onTime) late.add(clientId);
    },
  });
}

/** A policy with a defect of ours. */
function broken(): SelectionPolicy {
  return startPolicy<null>({
    name: "broken",
    needs: "static-specs",
    begin: () => null,
    select: () => {
      throw new TypeError("x is undefined");
    },
  });
}

const named: Readonly<Record<string, () => SelectionPolicy>> = { taker, grudge, broken };
const packaged = servedPolicies("probselect");

/** The package's policies, and those three. */
const policies: ServedPolicies = {
  ...packaged,
  create: (terms) => named[terms.policy ?? ""]?.() ?? packaged.create(terms),
};

export function startService(maximumRuns = 2) {
  const dropped: string[] = [];
  const onRunDropped = (runId: string) => void dropped.push(runId);
  return {
    dropped,
    service: new SelectionService({ latencyModel: rooflineModel, policies, maximumRuns, onRunDropped }),
  };
}

/** A service of two runs on a free port, for all tests of a file: call it at the top. */
export function servedApp() {
  const defects: unknown[] = [];
  const app = createSelectionApp(startService().service, (error) => void defects.push(error));
  const served = {
    url: "",
    port: 0,
    /** Errors that are ours. */
    defects,
    /** Text goes as it is, everything else as JSON. */
    post: async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const type = { "content-type": "application/json", ...headers };
      const response = await fetch(served.url + path, { method: "POST", body: text, headers: type });
      return { status: response.status, answer: JSON.parse(await response.text()) };
    },
  };
  beforeAll(async () => {
    served.port = await listen(app, "127.0.0.1", 0);
    served.url = `http://127.0.0.1:${served.port}`;
  });
  afterAll(() => app.close());
  return served;
}
