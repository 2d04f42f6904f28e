// WebGPU under Node: Dawn from the package `webgpu`, on any GPU with a driver for Vulkan, Metal or Direct3D 12. TensorFlow.js wants the
// browser's `navigator.gpu`, so it gets one that hands out the adapter chosen here.

import * as tf from "@tensorflow/tfjs-core";
import { messageOf } from "../../../foundation/errors.ts";
import { installWebGpuMatrixProduct } from "../webgpu-kernels/matrix-product.ts";
import { activateRegistered, type Candidate } from "./candidate.ts";
import { watchDevice } from "./device-errors.ts";
import { requireInstalled } from "./installed-package.ts";
import { type AdapterInfo, packagesOf } from "./names.ts";

export const webGpu: Candidate = {
  usesGpu: true,
  description: "WebGPU through Dawn (webgpu, @tensorflow/tfjs-backend-webgpu)",
  activate: () => activateWebGpu("real"),
};

export const softwareWebGpu: Candidate = {
  usesGpu: false,
  description: "WebGPU on a software Vulkan driver, for tests: slower than wasm",
  activate: () => activateWebGpu("software"),
};

/** What is used of the package `webgpu` (its types need the DOM's). */
interface Dawn {
  readonly create: (options: readonly string[]) => Instance;
  readonly globals: object;
}

interface Instance {
  requestAdapter(options: object): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: AdapterInfo;
}

type Wanted = "real" | "software";

/** Drivers that compute on the processor, whatever they say of themselves. */
const softwareDriver = /llvmpipe|lavapipe|swiftshader|basic render/i;
/** The software driver of Mesa by the name that Dawn selects it with, where there is a GPU besides. */
const SOFTWARE_ADAPTER_OPTION = "adapter=llvmpipe";

/** By their options. Kept for good: devices of an instance that the garbage collector has taken corrupt memory. */
const instances = new Map<string, Instance>();
let current: string | undefined;

async function activateWebGpu(wanted: Wanted): Promise<{ readonly adapter: AdapterInfo }> {
  requireInstalled(...(packagesOf.webgpu ?? []));
  const dawn = await loadDawn();
  const { adapter, options } = await findAdapter(dawn, wanted);
  if (current !== adapter.description || !tf.findBackend("webgpu")) {
    await registerAnew(dawn, options);
    current = adapter.description;
  }
  await activateRegistered("webgpu");
  watchDevice(Reflect.get(tf.backend(), "device"));
  return { adapter };
}

/** @throws if there is no adapter of the kind that is wanted. */
async function findAdapter(dawn: Dawn, wanted: Wanted) {
  const usual = await requestAdapter(dawn, []);
  if (!usual) {
    throw new Error(
      "installed, but it finds no GPU: a driver for Vulkan (on Linux), Metal or Direct3D 12 is needed; vulkaninfo shows what there is",
    );
  }
  const isSoftware = usual.info.isFallbackAdapter || softwareDriver.test(usual.info.description);
  if (isSoftware === (wanted === "software")) return { adapter: plainInfo(usual.info), options: [] };
  if (wanted === "real") {
    throw new Error(
      `installed, but its only adapter is software (${usual.info.description}), slower than wasm; --backend webgpu-software takes it all the same`,
    );
  }
  const options = [SOFTWARE_ADAPTER_OPTION];
  const software = await requestAdapter(dawn, options);
  if (!software) throw new Error("installed, but Mesa's software driver for Vulkan is not");
  return { adapter: plainInfo(software.info), options };
}

function requestAdapter(dawn: Dawn, options: readonly string[]): Promise<Adapter | null> {
  const instance = instances.get(options.join()) ?? dawn.create(options);
  instances.set(options.join(), instance);
  // Dawn throws where an adapter of that name is not there.
  return instance.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
}

/** TensorFlow.js asks its adapter of `navigator.gpu` when it makes the back-end, once; an adapter gives one device only. */
async function registerAnew(dawn: Dawn, options: readonly string[]): Promise<void> {
  Object.assign(globalThis, dawn.globals);
  const gpu = { requestAdapter: () => requestAdapter(dawn, options) };
  Object.defineProperty(globalThis, "navigator", {
    value: { gpu, userAgent: "node" },
    configurable: true,
    writable: true,
  });
  await import("@tensorflow/tfjs-backend-webgpu" as string);
  const factory = tf.findBackendFactory("webgpu");
  if (!factory) throw new Error("it brought another copy of @tensorflow/tfjs-core; install version 4.22.0 exactly");
  installWebGpuMatrixProduct();
  if (tf.findBackend("webgpu")) {
    tf.removeBackend("webgpu");
    tf.registerBackend("webgpu", factory);
  }
}

async function loadDawn(): Promise<Dawn> {
  try {
    return (await import("webgpu" as string)) as Dawn;
  } catch (thrown) {
    throw new Error(
      `installed but does not load (${messageOf(thrown).split("\n")[0]}); on Linux it needs glibc 2.34 (Debian 12, Ubuntu 22.04) or later`,
    );
  }
}

/** Dawn's object has getters only, which neither JSON nor a message to another thread carries. */
function plainInfo({ vendor, architecture, device, description, isFallbackAdapter }: AdapterInfo): AdapterInfo {
  return { vendor, architecture, device, description, isFallbackAdapter: isFallbackAdapter === true };
}
