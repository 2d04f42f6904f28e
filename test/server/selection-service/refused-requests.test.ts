// What is no question: refused with JSON and the place of the problem, and the service is as before.

import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { question, servedApp, t4 } from "./support.ts";

const app = servedApp();
const { post } = app;
const select = (changes: Readonly<Record<string, unknown>> = {}) => post("/v1/select", question(changes));

describe("a question that does not fit", () => {
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
    [
      "key of a device",
      { candidates: [{ ...t4("a"), device: { naem: "NVIDIA T4" } }] },
      "server.malformed-request",
      /^candidates\.0\.device: Unrecognized key: "naem"\. Did you mean "name"\? Allowed: kind, name, memoryBytes, .*\.$/,
    ],
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
    const response = await fetch(`${app.url}/v1/devices/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "server.malformed-request" } });
  });

  it("leaves the service as it was: bytes that are no HTTP, and a caller that goes away in the middle", async () => {
    for (const bytes of ["\0\0\0\0\r\n\r\n", "POST /v1/select HTTP/1.1\r\nhost: a\r\ncontent-length: 99\r\n\r\n{"]) {
      await new Promise<void>((resolve) => {
        const socket = connect(app.port, "127.0.0.1", () => socket.write(bytes, () => socket.destroy()));
        socket.on("close", () => resolve());
      });
    }
    expect((await select()).status).toBe(200);
  });
});
