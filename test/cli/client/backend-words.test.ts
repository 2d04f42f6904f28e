import { describe, expect, it } from "vitest";
import { backendWords } from "../../../cli/client/backend-words.ts";
import { type BackendChoice, selectBackend } from "../../../models/tensorflow/backend.ts";

const wasm: BackendChoice = {
  name: "wasm",
  usable: true,
  reason: "WebAssembly",
  usesGpu: false,
  choice: "first usable back-end",
  passedOver: [
    { name: "tensorflow-cuda", reason: "not installed; npm install x adds it", isInstalled: false },
    { name: "webgpu", reason: "installed, but it finds no GPU", isInstalled: true },
    { name: "tensorflow", reason: "not installed; npm install y adds it", isInstalled: false },
  ],
};

describe("what an agent says of its back-end", () => {
  it("is which and why in a line, with a warning for one that is installed and does not work", () => {
    expect(backendWords(wasm, false)).toEqual([
      "back-end wasm: first usable back-end; not installed: tensorflow-cuda, tensorflow (more with --verbose)",
      "warning back-end webgpu was passed over: installed, but it finds no GPU",
    ]);
  });

  it("has with --verbose every reason", () => {
    expect(backendWords(wasm, true)).toEqual([
      "back-end wasm: first usable back-end",
      "back-end tensorflow-cuda was passed over: not installed; npm install x adds it",
      "warning back-end webgpu was passed over: installed, but it finds no GPU",
      "back-end tensorflow was passed over: not installed; npm install y adds it",
    ]);
  });

  it("is short for one that was asked for", () => {
    expect(backendWords({ ...wasm, choice: "asked for", passedOver: [] }, false)).toEqual(["back-end wasm: asked for"]);
  });

  it("leaves out no back-end that auto tried", async () => {
    expect((await selectBackend("cpu")).passedOver).toEqual([]);
    const { name, passedOver } = await selectBackend("auto");
    expect([...passedOver.map((other) => other.name), name].join()).toMatch(/^tensorflow-cuda/);
    for (const { reason } of passedOver) expect(reason).not.toBe("");
  });
});
