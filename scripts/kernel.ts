// `npm run kernel [-- --check]`: compiles models/arithmetic/kernel.wat into kernel-bytes.ts beside it. With --check it writes
// nothing and exits 1 if the file is not what the text gives.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import loadWabt from "wabt";

const source = new URL("../models/arithmetic/kernel.wat", import.meta.url);
const target = new URL("../models/arithmetic/kernel-bytes.ts", import.meta.url);

/** Bytes of the module in a line of the file: 76 characters of base64. */
const LINE_BYTES = 57;

const wabt = await loadWabt();
const module = wabt.parseWat("kernel.wat", readFileSync(source, "utf8"), { simd: true });
const bytes = Buffer.from(module.toBinary({}).buffer);
const lines = Array.from({ length: Math.ceil(bytes.length / LINE_BYTES) }, (_, line) =>
  bytes.subarray(line * LINE_BYTES, (line + 1) * LINE_BYTES).toString("base64"),
);
const text = `// Generated from kernel.wat by \`npm run kernel\`; do not edit.

/** The module in base64. */
export const kernelBytes = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join("");
`;

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
if (!values.check) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("models/arithmetic/kernel-bytes.ts is not what kernel.wat compiles to. Run npm run kernel.");
  process.exitCode = 1;
}
