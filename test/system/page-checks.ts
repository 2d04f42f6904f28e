// What tests of pages ask of a real browser.

import type { Browser, Page } from "playwright-core";

/** An open page with what it complained about and what it asked the network for. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

export async function openPage(
  browser: Browser,
  address: string,
  { width, colorScheme = "light" }: { readonly width: number; readonly colorScheme?: "light" | "dark" },
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(address);
  return { page, complaints, requests };
}

/** Pairs of labels of one figure whose boxes cover each other by more than `tolerance` pixels both ways. */
export function overlappingLabels(page: Page, tolerance: number): Promise<string[]> {
  return page.evaluate((slack) => {
    const found: string[] = [];
    for (const figure of document.querySelectorAll("svg")) {
      const labels = [...figure.querySelectorAll("text")].filter((text) => text.textContent?.trim());
      const boxes = labels.map((label) => ({ label, box: label.getBoundingClientRect() }));
      for (const [index, a] of boxes.entries()) {
        for (const b of boxes.slice(index + 1)) {
          const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
          const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
          if (across > slack && down > slack)
            found.push(`${figure.id}: "${a.label.textContent}" / "${b.label.textContent}"`);
        }
      }
    }
    return found;
  }, tolerance);
}

/** Labels that reach beyond the edge of their figure by more than `tolerance` pixels. */
export function labelsBeyondTheEdge(page: Page, tolerance: number): Promise<string[]> {
  return page.evaluate((slack) => {
    return [...document.querySelectorAll("svg[id^=figure-]")].flatMap((figure) => {
      const frame = figure.getBoundingClientRect();
      return [...figure.querySelectorAll("text")].flatMap((label) => {
        const box = label.getBoundingClientRect();
        const beyond = Math.max(
          ...[frame.left - box.left, box.right - frame.right, frame.top - box.top, box.bottom - frame.bottom],
        );
        return beyond > slack ? [`${figure.id}: "${label.textContent}" by ${beyond.toFixed(1)} px`] : [];
      });
    });
  }, tolerance);
}

/** Contrast (WCAG 2.1) of each distinct colour of text in a figure with the page behind it. */
export function textContrasts(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => {
    const channelsOf = (colour: string) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    const luminanceOf = (colour: string) => {
      const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
        const share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = luminanceOf(getComputedStyle(document.body).backgroundColor);
    const fills = new Set([...document.querySelectorAll("svg text")].map((text) => getComputedStyle(text).fill));
    return [...fills].map((fill) => {
      const own = luminanceOf(fill);
      return (Math.max(own, behind) + 0.05) / (Math.min(own, behind) + 0.05);
    });
  });
}
