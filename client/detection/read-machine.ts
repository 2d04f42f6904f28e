// Reads what this machine's tools and files say about its hardware. All input and output of detection is here.

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import si from "systeminformation";
import { messageOf } from "../../foundation/errors.ts";
import type { DetectedHardware } from "./detected-gpu.ts";
import type { MachineReadings, SystemTool } from "./hardware-of-readings.ts";
import { isJetsonGpuDevice, type JetsonReading } from "./jetson.ts";
import type { NvidiaSmiReading } from "./nvidia-gpus.ts";
import { queriedFields } from "./nvidia-smi-csv.ts";
import { complaintOf } from "./nvidia-smi-fields.ts";

/** Never rejects: what cannot be read is missing, with the reason where one is known. */
export async function readMachine(): Promise<MachineReadings> {
  const [nvidiaSmi, jetson, graphics, cpu, networkBitsPerSecond] = await Promise.all([
    readNvidiaSmi(),
    readJetson(),
    readGraphics(),
    readCpu(),
    readNetworkRate(),
  ]);
  const systemTool = graphics.controllers.length > 0 ? undefined : await readSystemTool();
  const { platform } = process;
  return { platform, systemBytes: totalmem(), nvidiaSmi, jetson, graphics, systemTool, cpu, networkBitsPerSecond };
}

/** Where it is when it is not in the PATH: older drivers of Windows, and Windows' Linux. */
const nvidiaSmiPlaces = [
  "nvidia-smi",
  "C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe",
  "/usr/lib/wsl/lib/nvidia-smi",
];

async function readNvidiaSmi(): Promise<NvidiaSmiReading> {
  for (const program of nvidiaSmiPlaces) {
    const answer = await ask(program, [`--query-gpu=${queriedFields.join(",")}`, "--format=csv,noheader,nounits"]);
    if (answer.isMissing) continue;
    if (answer.failure === undefined) {
      const isCut = /\benabled\b/i.test(answer.text);
      return { csv: answer.text, list: isCut ? withoutNumbers((await ask(program, ["-L"])).text) : undefined };
    }
    // A driver that does not know a field refuses the whole query.
    const report = await ask(program, ["-q"]);
    return { report: withoutNumbers(report.text), failure: report.failure && answer.failure };
  }
  return { failure: "not installed" };
}

/** Without the numbers that identify a card: nobody needs them, and readings are shown. */
const withoutNumbers = (text: string) => text.replace(/(uuid|serial number|pdi)( *: ?)[^\s)]+/gi, "$1$2-");

/** @param root the root of the file system that describes the machine. */
export async function readJetson(root = "/"): Promise<JetsonReading | undefined> {
  const read = (path: string) => readFile(join(root, path), "utf8").catch(() => "");
  const model = await read("proc/device-tree/model");
  if (model === "") return undefined;
  const devices = await readdir(join(root, "sys/class/devfreq")).catch(() => []);
  const device = devices.find(isJetsonGpuDevice);
  return {
    model,
    compatible: await read("proc/device-tree/compatible"),
    memoryInformation: await read("proc/meminfo"),
    gpuMaximumFrequency: device === undefined ? "" : await read(`sys/class/devfreq/${device}/max_freq`),
  };
}

async function readGraphics(): Promise<MachineReadings["graphics"]> {
  try {
    // null on systems that it does not know.
    const found: Awaited<ReturnType<typeof si.graphics>> | null = await si.graphics();
    const displays = found?.displays ?? [];
    return { controllers: found?.controllers ?? [], hasBuiltInDisplay: displays.some(({ builtin }) => builtin) };
  } catch (thrown) {
    return { controllers: [], hasBuiltInDisplay: false, failure: messageOf(thrown).split("\n")[0] };
  }
}

/** Programs and arguments by platform; on some systems lspci is outside an ordinary user's PATH. */
const systemTools: Partial<
  Record<NodeJS.Platform, { tool: SystemTool; programs: readonly string[]; parameters: readonly string[] }>
> = {
  linux: { tool: "lspci", programs: ["lspci", "/usr/sbin/lspci", "/sbin/lspci"], parameters: ["-nn"] },
  darwin: { tool: "system_profiler", programs: ["/usr/sbin/system_profiler"], parameters: ["SPDisplaysDataType"] },
  win32: {
    tool: "Win32_VideoController",
    programs: ["powershell.exe"],
    parameters: ["-NoProfile", "-Command", "Get-CimInstance Win32_VideoController | Format-List *"],
  },
};

async function readSystemTool(): Promise<MachineReadings["systemTool"]> {
  const system = systemTools[process.platform];
  for (const program of system?.programs ?? []) {
    const { text, isMissing } = await ask(program, system?.parameters ?? []);
    if (system && !isMissing) return { tool: system.tool, text };
  }
  return undefined;
}

interface Answer {
  readonly text: string;
  readonly failure?: string | undefined;
  readonly isMissing: boolean;
}

async function ask(program: string, parameters: readonly string[]): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(program, parameters, { timeout: 10_000, windowsHide: true });
    const complaint = complaintOf(stdout);
    return { text: stdout, failure: complaint, isMissing: false };
  } catch (thrown) {
    const { code, stdout = "", stderr = "" } = thrown as { code?: unknown; stdout?: string; stderr?: string };
    if (code === "ENOENT") return { text: "", isMissing: true };
    const said = `${stdout}\n${stderr}`;
    const failure = complaintOf(said) ?? (said.trim().split("\n")[0] || messageOf(thrown).split("\n")[0]);
    return { text: stdout, failure, isMissing: false };
  }
}

async function readCpu(): Promise<DetectedHardware["cpu"]> {
  try {
    const [cpu, current] = [await si.cpu(), await si.cpuCurrentSpeed()];
    const gigahertz = cpu.speedMax || cpu.speed || current.max || current.avg || (await readLinuxClock());
    return { name: `${cpu.manufacturer} ${cpu.brand}`.trim(), clockHertz: gigahertz ? gigahertz * 1e9 : undefined };
  } catch {
    return { name: "unknown processor", clockHertz: undefined };
  }
}

/** GHz as the kernel tells it; virtual machines often tell nothing else. */
async function readLinuxClock(): Promise<number> {
  const text = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  return Number(/^cpu MHz\s*:\s*([\d.]+)/m.exec(text)?.[1] ?? 0) / 1000;
}

async function readNetworkRate(): Promise<number | undefined> {
  try {
    const found = await si.networkInterfaces("default");
    const { speed } = Array.isArray(found) ? (found[0] ?? { speed: null }) : found;
    return speed && speed > 0 ? speed * 1e6 : undefined;
  } catch {
    return undefined;
  }
}
