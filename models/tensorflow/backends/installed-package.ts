// Packages that a user adds on a machine that can use them; the package itself depends on none of them.

import { createRequire } from "node:module";

/** True where `import(packageName)` from here would find something. */
export function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

/** @throws if one of them is not there, naming the command that adds all. */
export function requireInstalled(...packageNames: readonly string[]): void {
  if (packageNames.every(isInstalled)) return;
  throw new Error(`not installed; npm install ${packageNames.map(withVersion).join(" ")} adds it`);
}

/** Of the packages that are used when they are there: those that this version was tried with. */
const triedVersions: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs-node": "4.22.0",
  "@tensorflow/tfjs-node-gpu": "4.22.0",
  "@tensorflow/tfjs-backend-webgpu": "4.22.0",
  webgpu: "0.6.2",
};

/** @example withVersion("webgpu") // "webgpu@0.6.2" */
export function withVersion(packageName: string): string {
  const version = triedVersions[packageName];
  return version ? `${packageName}@${version}` : packageName;
}
