// The browser that page tests run in: Debian's package, or the one that CHROMIUM_PATH names.

import { existsSync } from "node:fs";

const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of a Chromium. @throws if there is none: a page test without a browser would pass without having looked. */
export function findChromium(): string {
  const candidates = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : usual;
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `No Chromium at ${candidates.join(", ")}. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.`,
  );
}
