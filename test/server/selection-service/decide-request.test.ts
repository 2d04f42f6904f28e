// What a question says about devices, networks and bytes, and what the answer makes of it.

import { describe, expect, it } from "vitest";
import { rooflineModel } from "../../../selection/latency/roofline/roofline-model.ts";
import { createPolicy } from "../../../selection/policies/find-policy.ts";
import { ClientSlots } from "../../../selection/policy/client-slots.ts";
import { type Monitoring, startPolicy } from "../../../selection/policy/policy.ts";
import { decideRequest } from "../../../server/selection-service/decide-request.ts";
import { parseRequest, selectionRequestSchema } from "../../../server/selection-service/request-schema.ts";
import { question, t4 } from "./support.ts";

function answerTo(changes: Readonly<Record<string, unknown>>, policy = createPolicy("probselect")) {
  const request = parseRequest(selectionRequestSchema, question(changes));
  const run = { policy, slots: new ClientSlots() };
  return decideRequest(request, run, rooflineModel);
}
const secondsFor = (workload: object, changes: object = {}) =>
  answerTo({ workload, slo: { deadlineSeconds: 900 }, ...changes }).decisions[0]?.expectedSeconds ?? Number.NaN;

/** A dense layer of 3 to 2: 6 multiply-adds, 8 weights. */
const dense = {
  className: "Dense",
  name: "output",
  config: { units: 2, activation: "softmax" },
  inputShapes: [[3]],
  outputShapes: [[2]],
  parameterCount: 8,
  trainableParameterCount: 8,
  isFirstCall: true,
  isModelOutput: true,
  inner: [] as readonly object[],
};
const layersModel = (call: object) => ({ modelName: "tiny", inputShapes: [[3]], calls: [call], parameterCount: 8 });

describe("the network of a question", () => {
  it("is the same as a described layers model and as its numbers", () => {
    const described = answerTo({ workload: { layersModel: layersModel(dense) } });
    // 3 values in and 2 out; training keeps the input, the output and its softmax: 3 + 2 * 2 values of 4 bytes.
    const cost = {
      parameterCount: 8,
      denseMultiplyAdds: 6,
      heavyElements: 5,
      elementwiseElements: 0,
      heavyOperatorCount: 1,
      otherOperatorCount: 0,
      inputElements: 3,
      activationBytesPerExample: 28,
    };
    expect(answerTo({ workload: { cost } }).decisions).toEqual(described.decisions);
  });

  it("is a published one at any size: four times the pixels, more time", () => {
    const model = { model: "resnet18", classCount: 10 };
    expect(secondsFor({ ...model, imageSize: 64 })).toBeGreaterThan(secondsFor({ ...model, imageSize: 32 }));
    expect(secondsFor({ model: "resnet18" })).toBeGreaterThan(secondsFor({ ...model, imageSize: 64 }));
  });

  it("takes less time in lower precision, and more with more epochs", () => {
    expect(secondsFor({ model: "resnet50", precision: "fp16" })).toBeLessThan(secondsFor({ model: "resnet50" }));
    expect(secondsFor({ model: "lenet5" }, { training: { epochs: 3 } })).toBeGreaterThan(
      secondsFor({ model: "lenet5" }),
    );
  });

  it("travels in as many bytes as the question says: an update of a tenth arrives sooner", () => {
    expect(secondsFor({ model: "resnet50", uploadBytes: 1e7 })).toBeLessThan(secondsFor({ model: "resnet50" }));
    expect(secondsFor({ model: "resnet50", downloadBytes: 1e7 })).toBeLessThan(secondsFor({ model: "resnet50" }));
  });

  it("says what was assumed in counting it", () => {
    const frozen = { ...dense, trainableParameterCount: 0 };
    expect(answerTo({ workload: { layersModel: layersModel(frozen) } }).warnings).toEqual([
      expect.stringMatching(/^Layer "output" is frozen/),
    ]);
  });

  it("is refused if a layer of it cannot be counted", () => {
    expect(() => answerTo({ workload: { layersModel: layersModel({ ...dense, className: "Magic" }) } })).toThrow(
      expect.objectContaining({ code: "workloads.unsupported-layer", message: expect.stringContaining('"output"') }),
    );
  });

  it("is refused if it nests without end, before anything recurs into it", () => {
    let deep: object = dense;
    for (let depth = 0; depth < 1000; depth++) deep = { ...dense, inner: [deep] };
    expect(() => answerTo({ workload: { layersModel: layersModel(deep) } })).toThrow(
      expect.objectContaining({ code: "server.malformed-request", message: expect.stringContaining("inner") }),
    );
  });
});

describe("the devices of a question", () => {
  const tierOf = (device: unknown) => answerTo({ candidates: [{ ...t4("a"), device }] }).decisions[0]?.tier;

  it("are known by their names, by figures, or not", () => {
    expect(tierOf("NVIDIA A100-PCIE-40GB")).toBe("catalogue-nvidia");
    expect(tierOf({ name: "NVIDIA A100-PCIE-40GB" })).toBe("catalogue-nvidia");
    expect(
      tierOf({ kind: "cpu", name: "Ryzen", fp32PeakFlopPerSecond: 4e11, memoryBandwidthBytesPerSecond: 5e10 }),
    ).toBe("self-reported");
    expect(tierOf("GTX 9999")).toBe("unknown");
  });

  it("are named in one warning, however many clients have them", () => {
    const candidates = ["a", "b", "c"].map((clientId) => ({ ...t4(clientId), device: "GTX 9999" }));
    expect(answerTo({ candidates }).warnings[0]).toMatch(/^a and 2 more: The catalogue has no row for "GTX 9999"/);
  });
});

describe("the rest of a question", () => {
  it("knows links by their profiles or their rates", () => {
    const rates = {
      downlinkBitsPerSecond: 1e9,
      uplinkBitsPerSecond: 1e9,
      roundTripSeconds: 0.005,
      transferLogSigma: 0.1,
    };
    const secondsOver = (link: unknown) =>
      answerTo({ candidates: [{ ...t4("a"), link }] }).decisions[0]?.expectedSeconds;
    expect(secondsOver("office-fibre")).toBe(secondsOver(rates));
    expect(secondsOver("satellite-narrowband")).toBeGreaterThan(secondsOver("office-fibre") ?? Number.NaN);
  });

  it("skips a client whose battery does not last", () => {
    const [decision] = answerTo({ candidates: [{ ...t4("a"), energy: { budgetJoules: 0.001 } }] }).decisions;
    expect(decision).toMatchObject({ selected: false, reasonCode: "insufficient-energy" });
  });

  it("passes on what clients answered before the round, by client, to a policy that needs it", () => {
    const answers = [{ loss: 0.5 }, { loss: 2.5, staysNextRound: true }, {}, { staysNextRound: false }];
    const candidates = answers.map((monitoring, index) => ({ ...t4(`client-${index}`), monitoring }));
    const seen: Monitoring[] = [];
    const policy = startPolicy<null>({
      name: "asker",
      needs: "monitoring",
      begin: () => null,
      select: ({ candidates: { size }, monitoring }) => {
        seen.push(monitoring);
        return { selection: { reasons: new Uint8Array(size), because: () => "asked" }, state: null };
      },
    });
    answerTo({ candidates }, policy);
    answerTo({}, policy);
    expect(seen).toEqual([
      { losses: Float64Array.of(0.5, 2.5, Number.NaN, Number.NaN), staysNextRound: Uint8Array.of(255, 1, 255, 0) },
      { losses: null, staysNextRound: null },
    ]);
  });

  it("asks nobody of an empty fleet", () => {
    expect(answerTo({ candidates: [] }).decisions).toEqual([]);
  });
});
