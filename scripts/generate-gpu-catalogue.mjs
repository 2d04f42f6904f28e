// Writes selection/devices/catalogue/*.ts from a CSV of GPU specifications:
//   node scripts/generate-gpu-catalogue.mjs gpu-catalogue.csv
// Columns: gpu, class, vendor, architecture, fp32_tflops, fp16_nontensor_tflops, fp16_tensor_dense_tflops, tf32_dense_tflops,
// mem_bw_gbs, mem_gb, boost_mhz, tdp_w, year, source, verification, fp32_convention (others are ignored).

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const headings = {
  datacentre: "Accelerators of data centres: NVIDIA Tesla to Blackwell, AMD Instinct.",
  workstation: "Workstation cards: NVIDIA Quadro, RTX A, RTX Ada, RTX PRO.",
  desktop: "Desktop cards: GeForce, TITAN, Radeon RX, Arc.",
  laptop: "Laptop GPUs: GeForce Mobile and Max-Q, Radeon in laptops and APUs.",
  edge: "Edge devices: Jetson modules, Apple silicon, Adreno.",
};

const oneDie = "one of the package's two dies, as a process sees it";

/**
 * Where the CSV contradicts the vendor's data sheet, or lists a package where a process computes on one of its two dies. A row
 * with a note has other figures than its source and counts as unverified; a remark only explains.
 */
const corrections = {
  // The CSV lists one die's figures, but the power of both; drivers limit each die by itself.
  "Tesla K80": { tdp_w: "150", remark: `${oneDie}: 150 W is half of the card's 300` },
  "Tesla M60": { tdp_w: "150", remark: `${oneDie}: 150 W is half of the card's 300` },
  "Radeon Instinct MI250": {
    fp32_tflops: "22.63",
    fp16_nontensor_tflops: "181.0",
    mem_bw_gbs: "1640",
    mem_gb: "64",
    tdp_w: "250",
    note: oneDie,
  },
  "Radeon Instinct MI250X": {
    fp32_tflops: "23.94",
    fp16_nontensor_tflops: "191.5",
    mem_bw_gbs: "1640",
    mem_gb: "64",
    tdp_w: "250",
    note: oneDie,
  },
  "Radeon Instinct MI300A": {
    fp32_tflops: "61.3",
    fp16_nontensor_tflops: "490.3",
    mem_bw_gbs: "5300",
    mem_gb: "128",
    tdp_w: "550",
    note: "corrected to AMD's figures: 228 CU, 128 GB, 5.3 TB/s, 550 W; fp32 = 2*cores*boost",
  },
  "Radeon Instinct MI300X": { mem_bw_gbs: "5300", note: "bandwidth corrected to AMD's 5.3 TB/s" },
  "Radeon Instinct MI325X": { mem_bw_gbs: "6000", mem_gb: "256", note: "corrected to AMD's 256 GB, 6 TB/s" },
};

/** Whether the GPU has no memory of its own: Jetson modules, phones' and Apple's chips, APUs (the CSV gives most no memory). */
function sharesSystemMemory(row) {
  return (
    ["apple", "qualcomm"].includes(row.vendor) ||
    /^Jetson /.test(row.gpu) ||
    row.gpu === "Radeon Instinct MI300A" ||
    row.mem_gb === ""
  );
}

/** A module comes with its memory; Apple's and Qualcomm's chips with several sizes, so that the chip's name does not tell it. */
function memoryCell(row) {
  if (!sharesSystemMemory(row)) return number(row.mem_gb);
  return ["apple", "qualcomm"].includes(row.vendor) ? "shared" : `${number(row.mem_gb)} shared`.trim();
}

const number = (text) => (text === "" ? "" : String(Number(text)));

const techPowerUp = "RightNow-GPU-Database (TechPowerUp-derived) https://www.techpowerup.com/gpu-specs/";

function parseCsv(text) {
  const records = text
    .trim()
    .split(/\r?\n/)
    .map((line) => [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map((field) => field[1] ?? field[2]));
  const [header, ...rows] = records;
  return rows.map((fields) => Object.fromEntries(header.map((column, index) => [column, fields[index]])));
}

/** Kepler has 192 cores a multiprocessor but four schedulers of 32 lanes: 128 cores without paired instructions. */
const keplerSingleIssueShare = 128 / 192;

/** Dual-issue rows count what one instruction a clock reaches: frameworks seldom pair instructions. */
function fp32(row) {
  if (row.architecture.startsWith("Kepler")) return (Number(row.fp32_tflops) * keplerSingleIssueShare).toFixed(2);
  return /2\*cores\*boost=([\d.]+)/.exec(row.fp32_convention)?.[1] ?? row.fp32_tflops;
}

/** Tensor cores where there are any; libraries compute in fp32 where plain fp16 is slower (Pascal: 1/64 of fp32). */
function fp16(row) {
  if (row.fp16_tensor_dense_tflops !== "") return row.fp16_tensor_dense_tflops;
  if (row.fp16_nontensor_tflops === "") return "";
  return String(Math.max(Number(row.fp16_nontensor_tflops), Number(fp32(row))));
}

function verification(row) {
  if (row.note !== undefined || /unverified/i.test(row.verification)) return "unverified";
  return /agrees/.test(row.verification) ? "two-sources" : "self-consistent";
}

/** What the CSV says about a row beyond its class of verification. */
function notes(row) {
  const remarks = row.verification
    .replace(/^(self-consistent(\([^)]*\))?|UNVERIFIED)/, "")
    .replace("NeuSight lists one GCD (104 CU, 1640 GB/s) - catalogue lists the 2-GCD package", "agrees:NeuSight")
    .split(";")
    .map((remark) => remark.trim())
    .filter((remark) => remark !== "");
  if (row.fp32_convention.startsWith("dual-issue") || row.architecture.startsWith("Kepler"))
    remarks.push(`fp32 is single issue, the vendor writes ${row.fp32_tflops}`);
  if (row.note !== undefined) remarks.push(row.note);
  if (row.remark !== undefined) remarks.push(row.remark);
  return remarks.map((remark) => remark.replace("UNVERIFIED", "unverified"));
}

function tableRow(row) {
  const source = row.source.replace(techPowerUp, "tpu:").replace(", from memory", ", not checked against a data sheet");
  return [
    row.gpu,
    row.vendor,
    row.architecture,
    row.year,
    number(fp32(row)),
    number(row.tf32_dense_tflops),
    number(fp16(row)),
    number(row.mem_bw_gbs),
    memoryCell(row),
    number(row.boost_mhz),
    number(row.tdp_w),
    verification(row),
    [source, ...notes(row)].join("; "),
  ];
}

function renderTable(name, heading, rows) {
  const columns = [
    "name",
    "vendor",
    "architecture",
    "year",
    "fp32",
    "tf32",
    "fp16",
    "GB/s",
    "GB",
    "MHz",
    "W",
    "verification",
    "source",
  ];
  const table = [columns, ...rows.map(tableRow)];
  const widths = columns.map((_, index) => Math.max(...table.map((cells) => cells[index].length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(widths[index])))
      .join(" | ")
      .trimEnd(),
  );
  return `// ${heading}
// Generated by scripts/generate-gpu-catalogue.mjs; peaks are dense TFLOP/s; columns and sources are explained in catalogue-table.ts.

export const ${name}Table = \`
${lines.join("\n")}
\`;
`;
}

const [csvFile] = process.argv.slice(2);
if (csvFile === undefined) {
  console.error("Usage: node scripts/generate-gpu-catalogue.mjs gpu-catalogue.csv");
  process.exit(2);
}
const rows = parseCsv(readFileSync(csvFile, "utf8")).map((row) => ({ ...row, ...corrections[row.gpu] }));
for (const [deviceClass, heading] of Object.entries(headings)) {
  const ofClass = rows.filter((row) => row.class === deviceClass);
  const target = new URL(`../selection/devices/catalogue/${deviceClass}.ts`, import.meta.url);
  writeFileSync(target, renderTable(deviceClass, heading, ofClass));
  console.log(`${fileURLToPath(target)}: ${ofClass.length} rows`);
}
