import { describe, expect, it } from "vitest";
import { ThreadAge } from "../../../client/training/thread-age.ts";

const limits = { mostTrainings: 3, mostGrowthBytes: 1000 };

describe("the age of a training thread", () => {
  it("ends with its number of trainings", () => {
    const age = new ThreadAge(limits);
    const memory = { tensorCount: 10, byteCount: 5000 };
    expect([age.after(memory), age.after(memory)]).toEqual([undefined, undefined]);
    expect(age.after(memory)).toBe("it had done 3 trainings");
  });

  it("ends earlier when its tensors grow, measured from those after its first training", () => {
    const age = new ThreadAge({ mostTrainings: 1000, mostGrowthBytes: 2_000_000 });
    expect(age.after({ tensorCount: 10, byteCount: 9_000_000 })).toBeUndefined();
    expect(age.after({ tensorCount: 12, byteCount: 11_000_000 })).toBeUndefined();
    expect(age.after({ tensorCount: 13, byteCount: 11_500_000 })).toBe(
      "its tensors had grown by 3 MB over 3 trainings (10 to 13 tensors)",
    );
  });
});
