import { describe, expect, it } from "vitest";
import { refusalOfBackend } from "../../../client/backends/refusal-of-backend.ts";

const cpu = { kind: "cpu", name: "Test CPU" } as const;
const offers = { backend: "webgpu", otherBackends: [{ backend: "wasm", device: cpu }] };

describe("an agent that is asked for a back-end", () => {
  it("takes each that it offered, and a task that names none", () => {
    for (const backend of ["webgpu", "wasm", undefined]) expect(refusalOfBackend({ backend }, offers)).toBeUndefined();
    expect(refusalOfBackend({ backend: "wasm" }, { backend: "wasm" })).toBeUndefined();
  });

  it("refuses any other, and says what it offered", () => {
    expect(refusalOfBackend({ backend: "tensorflow-cuda" }, offers)).toMatchObject({
      accepted: false,
      code: "client.unknown-backend",
      reason: expect.stringContaining("it offered webgpu, wasm"),
    });
    expect(refusalOfBackend({ backend: "cpu" }, { backend: "wasm" })).toMatchObject({ accepted: false });
  });
});
