// The gate of the buffer alone.

import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../foundation/random-source.ts";
import { UpdateGate } from "../../../../server/rounds/asynchronous/update-gate.ts";

describe("the gate of the buffer", () => {
  it("lets as many pass as there is room for, in their order, whatever the order of openings and arrivals", async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = seededRandom(seed, "gate");
      const gate = new UpdateGate();
      const passed: number[] = [];
      let came = 0;
      let room = 0;
      let expected = 0;
      for (let step = 0; step < 40; step++) {
        if (random.next() < 0.7) {
          const number = came++;
          void gate.pass(() => true).then(() => passed.push(number));
        } else {
          gate.close();
          room = Math.floor(random.next() * 4);
          gate.open(room);
        }
        await new Promise((resolve) => setImmediate(resolve));
        const newly = passed.length - expected;
        expect(newly).toBeLessThanOrEqual(room);
        room -= newly;
        expected = passed.length;
        // Nobody waits while there is room.
        expect(room === 0 || passed.length === came).toBe(true);
      }
      expect(passed).toEqual(Array.from({ length: passed.length }, (_, index) => index));
    }
  });

  it("lets who is not wanted any more go without taking a place", async () => {
    const gate = new UpdateGate();
    let isWanted = true;
    const given = gate.pass(() => isWanted);
    isWanted = false;
    gate.open(1);
    await given;
    await gate.pass(() => true);
  });
});
