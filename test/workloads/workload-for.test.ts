import { describe, expect, it } from "vitest";
import { initialParameters } from "../../models/initial-parameters.ts";
import { encodeParameterFile } from "../../models/parameter-file.ts";
import { lenet5 } from "../../models/zoo.ts";
import { stepCount, trainingFlop } from "../../workloads/round-workload.ts";
import { workloadFor } from "../../workloads/workload-for.ts";

const training = { epochs: 1, batchSize: 32, learningRate: 0.1, momentum: 0 };

describe("workloadFor", () => {
  it("moves exactly the bytes of the parameter file, both ways", () => {
    const workload = workloadFor({ architecture: lenet5, training });
    const file = encodeParameterFile(initialParameters(lenet5, 1));
    expect(workload).toMatchObject({ downloadBytes: file.byteLength, uploadBytes: file.byteLength, precision: "fp32" });
  });

  it("counts the last, short batch as a whole one", () => {
    expect(stepCount({ epochs: 2, batchSize: 32 }, 96)).toBe(6);
    expect(stepCount({ epochs: 2, batchSize: 32 }, 97)).toBe(8);
    expect(stepCount({ epochs: 2, batchSize: 32 }, 0)).toBe(0);
  });

  it("counts six FLOP a multiply-add: forward, and backward at twice that", () => {
    // LeNet-5: 416,520 multiply-adds; 5,000 examples in batches of 32 are 157 steps.
    const workload = workloadFor({ architecture: lenet5, training });
    expect(trainingFlop(workload, 5000)).toBe(6 * 416_520 * 32 * 157);
  });
});
