// The run report in a real browser: it loads without errors and without the network, and nothing in it is cut off or covered.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReport } from "../../experiments/report/write-report.ts";
import { sampleComparison, sampleJournal } from "../support/journal-fixture.ts";
import { findChromium } from "./find-chromium.ts";
import { openPage, overlappingLabels } from "./page-checks.ts";

let folder: string;
let browser: Browser;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-"));
  const { report } = await writeReport(folder, sampleJournal(), { comparison: sampleComparison() });
  address = pathToFileURL(report).href;
  browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const openReport = (width: number) => openPage(browser, address, { width });

describe("the run report in Chromium", () => {
  it("loads as one file, without an error, a warning or a request to anywhere", async () => {
    const { page, complaints, requests } = await openReport(1100);
    expect(await page.title()).toContain("demo");
    expect(complaints).toEqual([]);
    expect(requests).toEqual([address]);
    await page.close();
  });

  it.each([1400, 1100, 700, 390])(
    "fits a window of %i pixels: the page itself never scrolls sideways",
    async (width) => {
      const { page } = await openReport(width);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    },
  );

  it("draws every figure inside its frame, with labels that do not cover one another", async () => {
    const { page } = await openReport(1100);
    const empty = await page.evaluate(
      () =>
        [...document.querySelectorAll("svg[id^=figure-]")].filter((svg) => svg.getBoundingClientRect().height < 50)
          .length,
    );
    expect(empty).toBe(0);
    expect(await overlappingLabels(page, 1)).toEqual([]);
    await page.close();
  });
});
