import { describe, expect, it } from "vitest";
import { phaseTimes } from "../../../../server/rounds/secure/phase-times.ts";

describe("the phases of a secure round with a deadline of 60 s and 5 s a phase", () => {
  const times = phaseTimes(60, 5);

  it("leave 35 s to the training: 60 - 5 * 5", () => {
    expect(times.trainingEndSeconds).toBe(35);
  });

  it("end 5 s after they began, where the training was over early", () => {
    expect(times.endOf("invitation", 10)).toBe(15);
    expect(times.endOf("unmask", 20)).toBe(25);
  });

  it("each keep the others' time free", () => {
    expect(times.endOf("invitation", 39)).toBe(40);
    expect(times.endOf("roster", 40)).toBe(45);
    expect(times.endOf("packets", 45)).toBe(50);
    expect(times.endOf("mask", 50)).toBe(55);
    expect(times.endOf("unmask", 55)).toBe(60);
  });

  it("give what is left to the masked inputs", () => {
    expect(times.endOf("mask", 12)).toBe(55);
  });
});

describe("a deadline that is too short for the phases", () => {
  it("is halved between the training and the five phases", () => {
    const times = phaseTimes(20, 5);
    expect(times.trainingEndSeconds).toBe(10);
    expect(times.endOf("invitation", 10)).toBe(12);
    expect(times.endOf("unmask", 18)).toBe(20);
  });
});
