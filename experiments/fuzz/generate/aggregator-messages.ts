// What a hostile aggregator says to an agent.

import type { RandomSource } from "../../../foundation/random-source.ts";
import { PROTOCOL_VERSION } from "../../../protocol/messages.ts";
import { tinyArchitecture, tinyFile } from "../tiny-model.ts";
import { between, chance, pick } from "./draw.ts";
import { hostileTexts, hostileValue } from "./hostile-values.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateValue } from "./mutate-value.ts";

export interface TaskPlace {
  readonly taskId: string;
  readonly sha256: string;
  readonly byteLength: number;
}

export function validTrain({ taskId, sha256, byteLength }: TaskPlace): Record<string, unknown> {
  return {
    ...{ taskId, round: 1, modelVersion: 0, architecture: tinyArchitecture, deadlineSeconds: 60, leaseSeconds: 60 },
    parameters: { path: `/v1/models/${taskId}/${sha256}`, sha256, byteLength },
    training: { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0, seed: 1 },
    upload: { path: `/v1/updates/${taskId}`, token: "token", partBytes: 1024 },
  };
}

export const validWelcome = {
  ...{ accepted: true, protocolVersion: PROTOCOL_VERSION, runName: "run", modelName: "tiny", roundCount: 3 },
  ...{ clock: { kind: "wall" }, deviceSummary: "Tesla T4", backend: "wasm" },
};

/** An answer to `register`. */
export function hostileWelcome(random: RandomSource): unknown {
  const refusal = { accepted: false, code: "server.duplicate-client", reason: "It is there." };
  const emulated = { ...validWelcome, clock: { kind: "emulated", emulatedSecondsPerWallSecond: 100 } };
  if (chance(random, 0.1)) return hostileValue(random);
  return mutateValue(pick(random, [validWelcome, emulated, refusal]), random);
}

/** Layers that fit nothing, or too much. */
const strangeLayers = [
  { kind: "dense", name: "output", units: 1_000_000, activation: "linear" },
  { kind: "conv2d", name: "c", filters: 1, kernelSize: [3, 3], padding: "same", activation: "relu" },
  {
    kind: "zeroPadding2d",
    name: "p",
    padding: [
      [1_000_000, 1_000_000],
      [1_000_000, 1_000_000],
    ],
  },
  { kind: "reshape", name: "r", targetShape: [1_000_000, 1_000_000, 1_000_000] },
  { kind: "flatten", name: "output", inputs: ["nobody"] },
  { kind: "slice", name: "s", from: 1_000_000, count: 1 },
];

/** An event to the agent; the elsewhere is a URL at which nobody may ever ask. */
export function hostileEvent(
  random: RandomSource,
  task: TaskPlace,
  elsewhere: string,
): readonly [unknown, ...unknown[]] {
  const train = validTrain(task);
  const path = pick(random, [
    elsewhere,
    elsewhere.replace("http:", ""),
    `/\\${elsewhere.slice(7)}`,
    `\t//${elsewhere.slice(7)}`,
    "file:///etc/passwd",
    "x".repeat(500),
    ...hostileTexts,
  ]);
  const valid = pick<() => readonly [string, unknown]>(random, [
    () => ["train", train],
    () => ["train", { ...train, backend: pick(random, ["webgpu", "constructor", "cpu"]) }],
    () => ["train", { ...train, parameters: { path, sha256: task.sha256, byteLength: task.byteLength } }],
    () => [
      "train",
      {
        ...train,
        upload: { path, token: pick(random, ["t", "a b", "\r\nx: y", "é💥"]), partBytes: between(random, 1024, 5000) },
      },
    ],
    () => [
      "train",
      {
        ...train,
        architecture: {
          ...tinyArchitecture,
          layers: [...tinyArchitecture.layers.slice(0, between(random, 0, 2)), pick(random, strangeLayers)],
        },
      },
    ],
    () => [
      "train",
      {
        ...train,
        parameters: {
          path: `/v1/models/${task.taskId}/${task.sha256}`,
          sha256: task.sha256,
          byteLength: pick(random, [0, 1, 2 ** 30, 2 ** 40, 2 ** 53 - 1]),
        },
      },
    ],
    () => ["cancel", { taskId: task.taskId, reason: "so", elapsedSeconds: 1 }],
    () => ["clockStarted", { taskId: task.taskId }],
    () => ["runFinished", { reason: "over" }],
  ])();
  switch (between(random, 0, 5)) {
    case 0:
    case 1:
      return valid;
    case 2:
      return [pick(random, ["register", "update", "dance", "__proto__", ...hostileTexts]), hostileValue(random)];
    default:
      return [valid[0], mutateValue(valid[1], random)];
  }
}

/** An answer to a download, a question for parts, or an upload. */
export function hostileHttpAnswer(random: RandomSource): Buffer {
  const body = Buffer.from(tinyFile(0));
  const answer = (status: string, headers: readonly string[], content: Uint8Array) =>
    Buffer.concat([Buffer.from([`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n")), content]);
  const length = `content-length: ${body.length}`;
  const json = (value: unknown) => {
    const text = Buffer.from(JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner)));
    return answer("200 OK", [`content-length: ${text.length}`, "connection: close"], text);
  };
  const bytes = pick<() => Buffer>(random, [
    () => answer("200 OK", [length], mutateBytes(body, random)),
    () => answer("200 OK", ["content-length: 999999999999"], body),
    () => answer("200 OK", ["transfer-encoding: chunked"], Buffer.from("zz\r\n")),
    () => answer("200 OK", ["connection: close"], Buffer.alloc(100_000)),
    () =>
      answer(
        "206 Partial Content",
        [length, `content-range: bytes ${pick(random, ["0-1/2", "*/*", "9-1/3", "x"])}`],
        body,
      ),
    () => answer("204 No Content", [], Buffer.alloc(0)),
    () => answer("301 Moved", ["location: http://127.0.0.1:1/", "content-length: 0"], Buffer.alloc(0)),
    () => answer("101 Switching Protocols", ["upgrade: x", "connection: upgrade"], body),
    () =>
      answer(
        pick(random, ["400 x", "401 x", "404 x", "409 x", "416 x", "999 x", "0 x"]),
        ["content-length: 3"],
        Buffer.from("no!"),
      ),
    () => answer("404 x", ["connection: close"], Buffer.alloc(200_000, "x")),
    () =>
      json({
        partBytes: 1024,
        receivedParts: pick<unknown>(random, [[0], [-1], [1e9], "x", Array.from({ length: 5000 }, (_, part) => part)]),
      }),
    () => json(mutateValue({ partBytes: 1024, receivedParts: [] }, random) ?? null),
    () => answer("200 OK", [`x: ${"y".repeat(20_000)}`, length], body),
    () => Buffer.from(hostileTexts.join("")),
  ])();
  return chance(random, 0.3) ? mutateBytes(bytes, random) : bytes;
}
