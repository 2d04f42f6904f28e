// Training steps per second of the networks on each back-end that the machine has, in turns with PyTorch (and Python's TensorFlow) on one thread: what this project's
// WebAssembly kernels bring over the plain JavaScript back-end, over tfjs' wasm back-end as it is shipped, which cannot train a CNN, and
// how far all are from native code.

import { median } from "simple-statistics";
import type { BackendName } from "../../models/tensorflow/backends/names.ts";
import type { Benchmark, Measurement } from "../measurement.ts";
import { runChild } from "../run-child.ts";
import { type Cell, type CellResult, cellWork } from "./cell.ts";
import { findPeer, type PythonPeer, pythonTensorflow, pytorch } from "./python-peer.ts";

const models = ["mlp", "lenet5", "cnn-small"] as const;
/** Each cell is measured so often, in turns with the others, for so long. */
const TURNS = 3;
const SECONDS_PER_TURN = 2;

interface Side {
  readonly name: string;
  readonly measure: (model: Cell["model"]) => Promise<CellResult>;
}

/** What the ratios are to, where it is there. */
interface Sides {
  readonly wasm: Side;
  readonly shipped: Side;
  readonly cpu: Side;
  readonly others: readonly Side[];
  readonly pytorch: Side | undefined;
  /** Operator by operator and as a graph; where tfjs-node is there to be compared. */
  readonly pythonTensorflow: readonly Side[];
}

type Results = ReadonlyMap<Side, CellResult[]>;

export const kernels: Benchmark = {
  name: "kernels",
  summary: `training steps per second, batch ${cellWork.batchSize}, per network and back-end, beside PyTorch (Python if there is one)`,
  run: async (progress, { wasNamed }) => {
    const backends = await runChild<BackendName[]>(new URL("./list-backends.ts", import.meta.url), "");
    const torch = await findPeer(pytorch, progress, wasNamed);
    const tensorflow = backends.includes("tensorflow") && (await findPeer(pythonTensorflow, progress, wasNamed));
    const sides: Sides = {
      wasm: backendSide("wasm"),
      shipped: backendSide("wasm as shipped"),
      cpu: backendSide("cpu"),
      others: backends.filter((name) => name !== "wasm" && name !== "cpu").map(backendSide),
      pytorch: torch && peerSide(torch),
      pythonTensorflow: tensorflow ? [peerSide(tensorflow, "eager"), peerSide(tensorflow, "graph")] : [],
    };
    const measurements: Measurement[] = [];
    for (const model of models)
      measurements.push(...rowsOf(model, sides, await measureInTurns(model, sides, progress)));
    return measurements;
  },
};

/** In a process of its own, so that no back-end finds another's compiled code or memory. */
function backendSide(backend: Cell["backend"]): Side {
  const measure = (model: Cell["model"]) => {
    const cell: Cell = { model, backend, seconds: SECONDS_PER_TURN };
    return runChild<CellResult>(new URL("./measure-steps.ts", import.meta.url), JSON.stringify(cell));
  };
  return { name: backend, measure };
}

function peerSide(peer: PythonPeer, mode?: string): Side {
  return {
    name: `${peer.name}${mode ? ` (${mode})` : ""}, one thread`,
    measure: (model) => peer.measure(model, SECONDS_PER_TURN, mode),
  };
}

async function measureInTurns(
  model: Cell["model"],
  { wasm, shipped, cpu, others, pytorch, pythonTensorflow }: Sides,
  progress: (line: string) => void,
): Promise<Results> {
  const results = new Map<Side, CellResult[]>();
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const side of [wasm, ...(pytorch ? [pytorch] : []), ...pythonTensorflow, ...others, shipped, cpu]) {
      progress(`${model} on ${side.name}, ${turn} of ${TURNS}`);
      results.set(side, [...(results.get(side) ?? []), await side.measure(model)]);
    }
  }
  return results;
}

function rowsOf(model: Cell["model"], sides: Sides, results: Results): readonly Measurement[] {
  const { wasm, shipped, cpu, others, pytorch, pythonTensorflow } = sides;
  const native = others.find(({ name }) => name === "tensorflow");
  const row = (side: Side, against?: Side) => measurementOf(model, results, side, against);
  const isTrainedAsShipped = rateOf(results, shipped) !== null;
  return [
    row(wasm, cpu),
    ...(isTrainedAsShipped ? [row(wasm, shipped)] : []),
    ...(pytorch ? [row(wasm, pytorch)] : []),
    ...others.map((side) => row(side, pytorch ?? wasm)),
    ...(native ? pythonTensorflow.map((peer) => row(native, peer)) : []),
    row(shipped, cpu),
    row(cpu),
    ...[...(pytorch ? [pytorch] : []), ...pythonTensorflow].map((side) => row(side)),
  ];
}

function measurementOf(model: Cell["model"], results: Results, side: Side, against?: Side): Measurement {
  const cells = results.get(side) ?? [];
  const refusal = cells.find((cell) => "cannotTrain" in cell);
  const rate = rateOf(results, side);
  const ratio = against ? ratioInTurns(cells, results.get(against) ?? []) : null;
  return {
    name: `${model} on ${side.name}`,
    value: rate,
    unit: "steps/s",
    ratio,
    against: ratio === null ? null : (against?.name ?? null),
    peakRssBytes: Math.max(...cells.map((cell) => cell.peakRssBytes)),
    ...(refusal && "cannotTrain" in refusal ? { note: `cannot train: ${refusal.cannotTrain}` } : {}),
  };
}

/** Null if it cannot train the network. */
function rateOf(results: Results, side: Side): number | null {
  const rates = (results.get(side) ?? []).flatMap((cell) => ("stepsPerSecond" in cell ? [cell.stepsPerSecond] : []));
  return rates.length > 0 ? median(rates) : null;
}

/** Median over the turns, so that a busy spell of the machine meets both sides of a ratio. Null if either cannot train the network. */
function ratioInTurns(cells: readonly CellResult[], others: readonly CellResult[]): number | null {
  const ratios = cells.flatMap((cell, turn) => {
    const other = others[turn];
    return other && "stepsPerSecond" in cell && "stepsPerSecond" in other
      ? [cell.stepsPerSecond / other.stepsPerSecond]
      : [];
  });
  return ratios.length > 0 ? median(ratios) : null;
}
