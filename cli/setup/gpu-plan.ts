// What a machine needs so that its GPU trains: pure, from what was found there.

import { withVersion } from "../../models/tensorflow/backends/installed-package.ts";
import { packagesOf } from "../../models/tensorflow/backends/names.ts";

export interface GpuSituation {
  /** process.platform and process.arch. */
  readonly platform: string;
  readonly architecture: string;
  /** Names of the GPUs that were detected. */
  readonly gpus: readonly string[];
  /** What trying the back-end found, without which there is nothing to do. */
  readonly webgpu: { readonly usable: boolean; readonly reason: string; readonly isInstalled: boolean };
  readonly cuda: { readonly usable: boolean; readonly reason: string; readonly isInstalled: boolean };
}

export interface SetupStep {
  /** What it brings, as a heading. */
  readonly title: string;
  readonly state: "there" | "missing" | "optional" | "impossible";
  readonly why: string;
  /** Packages that npm brings; `--yes` installs those of steps that are missing. */
  readonly packages: readonly string[];
  /** To be run by hand, since they need an administrator or a choice. */
  readonly commands: readonly string[];
}

/** Platforms of which the package `webgpu` 0.6.2 carries a build (its dist folder). */
const webgpuBuilds = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];
/** Platforms with CUDA builds of tfjs-node-gpu 4.22.0 (its install script). */
const cudaBuilds = ["linux-x64", "win32-x64"];

/** The steps, in order; an empty list where there is no GPU. */
export function gpuPlan(situation: GpuSituation): readonly SetupStep[] {
  if (situation.gpus.length === 0 && !situation.webgpu.usable && !situation.cuda.usable) return [];
  return [webgpuStep(situation), ...driverSteps(situation), cudaStep(situation)];
}

function webgpuStep({ platform, architecture, webgpu }: GpuSituation): SetupStep {
  const title = "WebGPU, for GPUs of any maker";
  const packages = (packagesOf.webgpu ?? []).map(withVersion);
  const build = `${platform}-${architecture}`;
  if (!webgpuBuilds.includes(build)) {
    const why = `the package webgpu has no build for ${build}`;
    return { title, state: "impossible", why, packages: [], commands: [] };
  }
  if (webgpu.isInstalled) return { title, state: "there", why: webgpu.reason, packages: [], commands: [] };
  const why = "two packages, 132 MB and 19 MB: Dawn, and TensorFlow.js' back-end for it";
  return { title, state: "missing", why, packages, commands: [] };
}

/** Only where WebGPU is there and finds no GPU does a driver miss. */
function driverSteps({ platform, gpus, webgpu }: GpuSituation): readonly SetupStep[] {
  if (!webgpu.isInstalled || webgpu.usable || platform !== "linux") return [];
  const isNvidia = gpus.some((name) => /nvidia|geforce|quadro|tesla|rtx|gtx/i.test(name));
  const commands = isNvidia
    ? [
        "sudo apt-get install -y libvulkan1 vulkan-tools && vulkaninfo --summary",
        "in a container: --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all (compute,utility alone has no Vulkan)",
      ]
    : ["sudo apt-get install -y libvulkan1 mesa-vulkan-drivers vulkan-tools && vulkaninfo --summary"];
  const why = isNvidia
    ? "NVIDIA's driver brings its own for Vulkan; the loader or the container's permission for it is missing"
    : "Mesa's, 23 or later (Debian 12 has it in its backports)";
  return [{ title: "A driver for Vulkan", state: "missing", why, packages: [], commands }];
}

function cudaStep({ platform, architecture, gpus, cuda }: GpuSituation): SetupStep {
  const title = "TensorFlow with CUDA";
  const packages = (packagesOf["tensorflow-cuda"] ?? []).map(withVersion);
  if (cuda.isInstalled) return { title, state: "there", why: cuda.reason, packages: [], commands: [] };
  const isNvidia = gpus.some((name) => /nvidia|geforce|quadro|tesla|rtx|gtx/i.test(name));
  if (!isNvidia || !cudaBuilds.includes(`${platform}-${architecture}`)) {
    const why = "needs an NVIDIA GPU on 64-bit Intel or AMD under Linux or Windows";
    return { title, state: "impossible", why, packages: [], commands: [] };
  }
  const why =
    "tried before WebGPU where it is there; it needs CUDA 11.2 and cuDNN 8.1 and downloads TensorFlow 2.9.1 (some 400 MB)";
  return { title, state: "optional", why, packages: [], commands: [`npm install ${packages.join(" ")}`] };
}
