import { describe, expect, it } from "vitest";
import { dataMeaning, dataMeaningSchema, differingMeaning } from "../../protocol/data-meaning.ts";

const yesNo = dataMeaning({ classNames: ["no", "yes"], inputNames: ["age", "weight"] });

describe("what data stand for", () => {
  it("is told without their names", () => {
    // sha256("no") = 9390298f..., sha256("yes") = 8a798890...
    expect(yesNo.classes).toEqual(["9390298f", "8a798890"]);
    expect(JSON.stringify(yesNo)).not.toMatch(/yes|age/);
    expect(dataMeaningSchema.parse(yesNo)).toEqual(yesNo);
  });

  it("agrees with itself, with fewer of the same classes, and with data that have no names", () => {
    expect(differingMeaning(yesNo, yesNo)).toBeUndefined();
    expect(differingMeaning(yesNo, dataMeaning({ classNames: ["no"] }))).toBeUndefined();
    expect(differingMeaning(dataMeaning({ classNames: ["no"] }), yesNo)).toBeUndefined();
    expect(differingMeaning(yesNo, {})).toBeUndefined();
    expect(differingMeaning({}, yesNo)).toBeUndefined();
  });

  it("differs by the first class that is another, or by names or order of the inputs", () => {
    expect(differingMeaning(yesNo, dataMeaning({ classNames: ["no", "maybe"] }))).toEqual({
      what: "classes",
      firstClass: 1,
    });
    expect(differingMeaning(yesNo, dataMeaning({ inputNames: ["weight", "age"] }))).toEqual({ what: "inputs" });
    expect(differingMeaning(yesNo, dataMeaning({ inputNames: ["age,weight"] }))).toEqual({ what: "inputs" });
  });

  it("is nothing where a module of the user's states no list of texts, and ends at 256 classes", () => {
    const odd = { classNames: [1, 2], inputNames: "age" } as unknown as Parameters<typeof dataMeaning>[0];
    expect(dataMeaning(odd)).toEqual({});
    const classNames = Array.from({ length: 300 }, (_, place) => String(place));
    expect(dataMeaning({ classNames }).classes).toHaveLength(256);
  });
});
