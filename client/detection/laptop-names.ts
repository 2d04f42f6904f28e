// Until the RTX 30 series NVIDIA's drivers gave a laptop's GPU the name of the desktop card, which is faster. lspci knows which it
// is, and a built-in display is a hint where lspci is missing; without this step a laptop would get the desktop's row.

import { type Controller, isNvidia } from "./controllers.ts";
import type { DetectedGpu, DetectedGpus } from "./detected-gpu.ts";

const laptopWord = /\b(laptop|mobile|max-?q|notebook)\b/i;
const ofNvidia = /\b(nvidia|geforce|gtx|rtx|quadro|tesla)\b/i;
/** "TU106M", "TU106BM": the chip as it is sold for laptops. */
const laptopChip = /\b[A-Z]{2}\d{3}[A-Z]*M\b/;
const namedLikeDesktop = /\b(gtx|rtx 20\d\d|quadro)\b/i;

/**
 * @param hasBuiltInDisplay whether a display is built into the machine.
 * @example
 * // nvidia-smi: "NVIDIA GeForce GTX 1650"; lspci: "TU117M [GeForce GTX 1650 Mobile / Max-Q]"
 * withLaptopNames([gpu], controllers, false).gpus[0].name // "NVIDIA GeForce GTX 1650 Mobile"
 */
export function withLaptopNames(
  gpus: readonly DetectedGpu[],
  controllers: readonly Controller[],
  hasBuiltInDisplay: boolean,
): DetectedGpus {
  const notes: string[] = [];
  const renamed = gpus.map((gpu) => {
    if (!ofNvidia.test(gpu.name) || laptopWord.test(gpu.name)) return gpu;
    const why = whyLaptop(gpu, controllers.filter(isNvidia), hasBuiltInDisplay);
    if (why === undefined) return gpu;
    notes.push(`"${gpu.name}" is taken for the laptop's GPU of that name: ${why}.`);
    return { ...gpu, name: `${gpu.name} Mobile` };
  });
  return { gpus: renamed, notes };
}

function whyLaptop(gpu: DetectedGpu, nvidia: readonly Controller[], hasBuiltInDisplay: boolean): string | undefined {
  const same = nvidia.filter(({ name }) => name === gpu.name);
  const models = (same.length > 0 ? same : nvidia).map(({ model }) => model);
  const fromLspci = models.filter((model) => model.includes("["));
  if (fromLspci.length > 0) {
    const isLaptop = fromLspci.every((model) => laptopWord.test(model) || laptopChip.test(model));
    return isLaptop ? `lspci names it "${fromLspci[0]}"` : undefined;
  }
  return hasBuiltInDisplay && namedLikeDesktop.test(gpu.name) ? "the machine has a built-in display" : undefined;
}
