// The command itself: help, version, wrong usage and exit codes, by real child processes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { verbs } from "../../cli/verbs.ts";
import { compiledPath } from "../support/compiled.ts";
import { runCli } from "./run-cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("probselect", () => {
  it("lists every verb with --help and exits 0", async () => {
    const { code, stdout, stderr } = await runCli("--help");
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const { name, describe: meaning } of verbs) {
      expect(stdout).toMatch(new RegExp(`probselect ${name} +${meaning.slice(0, 30)}`));
    }
    expect(stdout).toContain("Examples:");
  });

  it("prints the version of package.json", async () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
    expect(await runCli("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("exits 2 without a verb and shows the usage", async () => {
    const { code, stdout, stderr } = await runCli();
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: probselect <verb> [options]");
  });

  it("exits 2 for an unknown verb and names the one that was probably meant", async () => {
    const { code, stderr } = await runCli("deviecs");
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no verb "deviecs". Did you mean "devices"? [cli.wrong-usage]`);
  });

  it("exits 2 for an unknown option, names the one that was probably meant and shows the verb's usage", async () => {
    const { code, stderr } = await runCli("report", "x.ndjson", "--outt", "y.html");
    expect(code).toBe(2);
    expect(stderr).toContain(`There is no option or argument "outt". Did you mean "--out"? [cli.wrong-usage]`);
    expect(stderr).toContain("Usage: probselect report [journal] [options]");
  });

  const client = ["explain", "--device", "tx2", "--examples", "5", "--deadline-seconds", "3"];

  it.each([
    ["class", "devices", "--json", "--class", "edge", "--class", "laptop"],
    ["link", ...client, "--link", "wifi", "--link", "lte"],
    ["device", ...client, "--device", "t4"],
    ["model", ...client, "--model", "mlp", "--model", "lenet5"],
    ["fp32-tflops", ...client, "--fp32-tflops", "1", "--fp32-tflops", "2"],
    ["out", "report", "x.ndjson", "--out", "a.html", "--out", "b.html"],
    ["shard", "client", "--server", "http://127.0.0.1:1", "--shard", "1/2", "--shard", "2/2"],
  ])("exits 2 when an option that takes one value is given twice, and names it: --%s", async (option, ...args) => {
    const { code, stdout, stderr } = await runCli(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`--${option} is given more than once. [cli.wrong-usage]`);
  });

  it.each([
    ["model", "explain", "--model"],
    ["model", ...client, "--model", "--link", "wifi"],
    ["calibration", ...client, "--calibration"],
    ["law", ...client, "--law"],
    ["out", "report", "x.ndjson", "--out"],
  ])("exits 2 when an option is given without its value, and names it: --%s", async (option, ...args) => {
    const { code, stdout, stderr } = await runCli(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`probselect: --${option} needs a value. [cli.wrong-usage]\n`);
    expect(stderr).toContain(`Try "probselect ${args[0]} --help".`);
  });

  it.each([
    ["--port", "abc", "server", "--port", "abc"],
    ["--momentum", "0.1x", ...client, "--momentum=0.1x"],
  ])("exits 2 when a number is none, and says what was typed: %s %s", async (option, typed, ...args) => {
    const { code, stderr } = await runCli(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`${option} must be a number, not "${typed}". [cli.wrong-usage]`);
  });

  it("exits 2 for a value that is none of an option's choices, and lists them", async () => {
    const { code, stderr } = await runCli("devices", "--vendor", "acme");
    expect(code).toBe(2);
    expect(stderr).toMatch(/--vendor must be one of "nvidia", "amd", .*"qualcomm", not "acme"\. \[cli\.wrong-usage\]/);
  });

  it("knows no negated options: --no-link is none", async () => {
    const { code, stderr } = await runCli(...client, "--no-link");
    expect(code).toBe(2);
    expect(stderr).toContain('There is no option or argument "no-link".');
  });

  it("ends the sentence that names the options that are missing", async () => {
    const { code, stderr } = await runCli("explain", "--device", "tx2");
    expect(code).toBe(2);
    expect(stderr).toContain("Missing required arguments: examples, deadline-seconds. [cli.wrong-usage]");
  });

  it.each([
    [["export"], "<run>", "probselect export <run>"],
    [["data", "show"], "<name>", "probselect data <what> <name>"],
    [["setup", "data"], "<name>", "probselect setup data <name>"],
  ])("exits 2 when an argument is missing, and names it: %j lacks %s", async (words, missing, usage) => {
    const { code, stderr } = await runCli(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(`The argument ${missing} is missing. [cli.wrong-usage]`);
    expect(stderr).toContain(`Usage: ${usage} [options]`);
  });

  it("names an argument that is none of its choices as the usage does, and the choice that was probably meant", async () => {
    const { code, stderr } = await runCli("setup", "data", "cifar10");
    expect(code).toBe(2);
    expect(stderr).toContain('<name> must be one of "cifar-10", not "cifar10". Did you mean "cifar-10"?');
  });

  it("names the subcommand that was probably meant", async () => {
    const { code, stderr } = await runCli("setup", "gpus");
    expect(code).toBe(2);
    expect(stderr).toContain('There is no option or argument "gpus". Did you mean "gpu"?');
  });

  it("shows the stack of an error only with --verbose", async () => {
    const quiet = await runCli("report", "no-such-file.ndjson");
    const verbose = await runCli("--verbose", "report", "no-such-file.ndjson");
    expect([quiet.code, verbose.code]).toEqual([1, 1]);
    expect(quiet.stderr).not.toMatch(/\n\s+at /);
    expect(verbose.stderr).toMatch(/\n\s+at /);
  });

  it("ends quietly when the reader of its output has left", async () => {
    const child = spawn(process.execPath, [compiledPath("cli/main.ts"), "--help"]);
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it.each(verbs.map(({ name }) => name))("%s --help exits 0 and shows the verb's usage", async (name) => {
    const { code, stdout } = await runCli(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`probselect ${name}`);
    // The kind of an option does not run into its meaning.
    expect(stdout).not.toMatch(/\S\[(?:boolean|string|number|array|choices|required|default)/);
  });

  it.each(["main", "devices-command", "explain-command", "report-command"])(
    "%s imports no tensor library before its verb runs",
    (name) => {
      expect(staticImports(`cli/${name}.ts`).filter((target) => target.startsWith("@tensorflow/"))).toEqual([]);
    },
  );
});

/** Everything that loading a file loads: imports of imports too, types and `import()` left out. */
function staticImports(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [...seen];
  seen.add(file);
  if (!file.endsWith(".ts")) return [...seen];
  const text = readFileSync(join(root, file), "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s+"([^"]+)"/gm)) {
    staticImports(specifier.startsWith(".") ? join(file, "..", specifier) : specifier, seen);
  }
  return [...seen];
}
