import { describe, expect, it } from "vitest";
import { createProgressBar, leftInWords, progressLine } from "../../cli/progress-bar.ts";

describe("createProgressBar", () => {
  it("draws over its line on a terminal and removes it", () => {
    const written: string[] = [];
    const bar = createProgressBar({ isTTY: true, columns: 70, write: (text) => written.push(text) });
    bar.show(0.25, 30, "probe-dense");
    bar.show(0.26, 29, "a-network-of-a-name-that-is-longer-than-the-terminal-is-wide");
    bar.clear();
    expect(written[0]).toBe(`\r\u001b[2K${progressLine(0.25, "about 30 s left", "probe-dense")}`);
    expect(written[1]).toHaveLength(5 + 69);
    expect(written[2]).toBe("\r\u001b[2K");
  });

  it("writes a line every tenth of the way elsewhere", () => {
    const written: string[] = [];
    const bar = createProgressBar({ write: (text) => written.push(text) });
    for (let percent = 0; percent <= 100; percent++) bar.show(percent / 100, 1, "x");
    bar.clear();
    expect(written).toHaveLength(11);
  });

  it("says what is done, without a bar, while nobody knows how far it is, and goes on with tenths", () => {
    const written: string[] = [];
    const bar = createProgressBar({ write: (text) => written.push(text) }, "time left not known yet");
    for (const what of ["1 of 3", "1 of 3", "2 of 3"]) bar.show(null, null, what);
    for (const fraction of [0.02, 0.09, 0.1]) bar.show(fraction, 30, "3 of 3");
    expect(written).toEqual([
      "1 of 3  time left not known yet\n",
      "2 of 3  time left not known yet\n",
      `${progressLine(0.02, "about 30 s left", "3 of 3")}\n`,
      `${progressLine(0.1, "about 30 s left", "3 of 3")}\n`,
    ]);
  });
});

describe("leftInWords", () => {
  it.each([
    [null, "starting"],
    [0.2, "about 1 s left"],
    [99, "about 99 s left"],
    [200, "about 3 min left"],
    [7300, "about 2 h left"],
  ])("says of %s seconds: %s", (seconds, words) => {
    expect(leftInWords(seconds, "starting")).toBe(words);
  });
});
