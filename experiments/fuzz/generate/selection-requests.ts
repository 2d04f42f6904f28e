// Requests of the selection service: valid questions and feedback, mutated as values and as JSON text.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { between, chance, pick } from "./draw.ts";
import { hostileTexts, wellFormed } from "./hostile-values.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateValue } from "./mutate-value.ts";

const policies = ["probselect", "fedlim", "oort", "fedcs", "random", "tifl", "refl", "e3cs", "power-of-choice", "all"];
const jsonType = "content-type: application/json";

/** Bytes for the service's port. */
export function hostileSelectionRequest(random: RandomSource): Buffer {
  const [path, valid] = pick<() => readonly [string, unknown]>(random, [
    () => ["/v1/select", question(random)],
    () => ["/v1/select", question(random)],
    () => ["/v1/feedback", feedback(random)],
    () => [
      pick(random, [
        "/healthz",
        "/v1/policies",
        `/v1/devices/${encodeURIComponent(wellFormed(pick(random, hostileTexts)))}`,
      ]),
      undefined,
    ],
  ])();
  if (valid === undefined) return request("GET", path, Buffer.alloc(0), []);
  const text = Buffer.from(jsonOf(chance(random, 0.05) ? valid : mutateValue(valid, random)));
  const body = chance(random, 0.15) ? mutateBytes(text, random) : text;
  return request("POST", path, body, [
    chance(random, 0.95) ? jsonType : pick(random, ["content-type: text/plain", "content-type: x", "x: y"]),
  ]);
}

function request(method: string, path: string, body: Uint8Array, headers: readonly string[]): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "connection: close",
    `content-length: ${body.byteLength}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

/** What JSON cannot say becomes what comes nearest: 1e999 is an infinity when it is read. */
function jsonOf(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return Number(inner);
    return typeof inner === "number" && !Number.isFinite(inner) ? "@infinity" : inner;
  });
  return (text ?? "null").replaceAll('"@infinity"', "1e999");
}

function question(random: RandomSource): Record<string, unknown> {
  const candidate = (clientId: string) => ({
    ...{
      clientId,
      device: pick(random, ["Tesla T4", "A100", "Frobnicator"]),
      link: pick(random, ["office-fibre", "4g"]),
      exampleCount: 2000,
    },
    ...{
      labels: ["site:x"],
      energy: { budgetJoules: 1e4 },
      contactSeconds: 100,
      monitoring: { loss: 1, staysNextRound: true },
    },
  });
  return {
    ...(chance(random, 0.5) ? { runId: `run-${between(random, 0, 5)}`, round: between(random, 1, 4) } : {}),
    ...{ seed: between(random, 1, 3), policy: pick(random, policies), cohortSize: 2, settings: {} },
    slo: { deadlineSeconds: 30, minimumProbability: 0.8 },
    workload: { model: "lenet5" },
    training: { epochs: 1, batchSize: 32 },
    rules: chance(random, 0.3) ? { exclude: ["label:site:y"] } : undefined,
    candidates: ["a", "b", "c"].map(candidate),
  };
}

function feedback(random: RandomSource): unknown {
  const client = {
    clientId: "a",
    onTime: true,
    latencySeconds: 3,
    exampleCount: 100,
    trainingLoss: 0.5,
    rootMeanSquareLoss: 1,
  };
  return {
    runId: `run-${between(random, 0, 5)}`,
    feedback: { round: between(random, 1, 4), roundSeconds: 10, clients: [client] },
  };
}
