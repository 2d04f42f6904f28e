import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IndexHeap } from "../../../../selection/policies/baselines/index-heap.ts";

describe("IndexHeap", () => {
  it("has the first of what is inside first, whatever was pushed and removed before", () => {
    const steps = fc.array(fc.oneof(fc.nat(20), fc.constant("remove" as const)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (run) => {
        const heap = new IndexHeap((a, b) => a < b);
        let inside: number[] = [];
        for (const step of run) {
          if (step === "remove") {
            heap.removeFirst();
            inside = inside.slice(1);
          } else {
            heap.push(step);
            inside = [...inside, step].sort((a, b) => a - b);
          }
          expect(heap.first).toBe(inside[0]);
        }
      }),
    );
  });
});
