// The page of a study in a real browser, light, dark and printed: it loads without errors and without the network, nothing in it is cut
// off or covered, and its text can be read.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeStudy } from "../../experiments/studies/report/write-study.ts";
import { madeRun, madeStudy } from "../support/study-fixture.ts";
import { findChromium } from "./find-chromium.ts";
import { labelsBeyondTheEdge, openPage, overlappingLabels, textContrasts } from "./page-checks.ts";

let folder: string;
let browser: Browser;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-"));
  const { page } = await writeStudy(folder, madeStudy("MY OWN POLICY, WITH A LONG NAME"), madeRun);
  address = pathToFileURL(page).href;
  browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("the page of a study in Chromium", () => {
  it("loads as one file, without an error, a warning or a request to anywhere", async () => {
    const { page, complaints, requests } = await openPage(browser, address, { width: 1100 });
    expect(await page.title()).toContain("made study");
    expect(complaints).toEqual([]);
    expect(requests).toEqual([address]);
    await page.close();
  });

  it.each([1400, 1100, 700, 390])(
    "fits a window of %i pixels: the page itself never scrolls sideways",
    async (width) => {
      const { page } = await openPage(browser, address, { width });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    },
  );

  it.each(["light", "dark"] as const)(
    "draws every label inside its figure, uncovered and legible: %s",
    async (colorScheme) => {
      const { page } = await openPage(browser, address, { width: 1100, colorScheme });
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 23, 28)");
      expect(await labelsBeyondTheEdge(page, 0.5)).toEqual([]);
      expect(await overlappingLabels(page, 1)).toEqual([]);
      for (const contrast of await textContrasts(page)) expect(contrast).toBeGreaterThan(4.5);
      await page.close();
    },
  );

  it("prints on white, whatever the reader's scheme is", async () => {
    const { page } = await openPage(browser, address, { width: 1100, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    for (const contrast of await textContrasts(page)) expect(contrast).toBeGreaterThan(4.5);
    await page.close();
  });
});
