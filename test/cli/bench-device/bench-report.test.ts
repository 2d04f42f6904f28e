import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { renderBenchPage } from "../../../cli/bench-device/bench-page.ts";
import { benchResultSchema, byWorkload } from "../../../cli/bench-device/bench-result.ts";
import { benchRows } from "../../../cli/bench-device/bench-rows.ts";
import { benchText } from "../../../cli/bench-device/bench-text.ts";
import { stepTimesFigure } from "../../../cli/bench-device/step-times-figure.ts";
import { toCsv } from "../../../experiments/studies/report/csv.ts";
import { result } from "./support.ts";

const figure = stepTimesFigure(result);
const page = renderBenchPage(result, figure, "probselect bench-device --models mlp,lenet5");
const files = { result: "/r.json", table: "/t.csv", figure: "/f.svg", page: "/p.html", calibrations: ["/c.json"] };

describe("a benchmark's results", () => {
  it("are of the schema of bench-device.json", () => {
    expect(benchResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it("stand side by side: the back-ends of a workload together, in the order of the workloads", () => {
    expect(byWorkload(result).map(({ network, entries }) => [network, ...entries.map((each) => each.backend)])).toEqual(
      [
        ["mlp", "wasm", "cpu"],
        ["lenet5", "wasm", "cpu"],
      ],
    );
  });

  it("are a row a cell as CSV, and what was skipped has its reason and no numbers", () => {
    const rows: Record<string, string>[] = parse(toCsv(benchRows(result)), { columns: true });
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatchObject({ backend: "wasm", network: "mlp", p50SecondsPerStep: "0.002", utilisation: "" });
    expect(rows[3]).toMatchObject({ backend: "cpu", outcome: "skipped", reason: "a warm step takes 9 s" });
    expect(rows[3]?.p50SecondsPerStep).toBe("");
  });
});

describe("the figure of step times", () => {
  it("has whole decades around all bars, lines and forecasts", () => {
    // From the least median, 2 ms, to the greatest forecast, 100 ms.
    for (const tick of ["1 ms", "10 ms", "100 ms"]) expect(figure.svg).toContain(`>${tick}<`);
    expect(figure.svg).not.toContain(">1 s<");
    expect(figure.svg).not.toContain("NaN");
  });

  it("says why a bar is missing, and tells all values in words", () => {
    expect(figure.svg).toContain("skipped: a warm step takes 9 s");
    expect(figure.description).toContain(
      "mlp, batch 32, cpu: median 50 ms, 95th percentile 75 ms, 640/s, forecast 100 ms",
    );
  });

  it("can be drawn of nothing", () => {
    const empty = stepTimesFigure({ ...result, backends: [] });
    expect(empty.description).toBe("Nothing was measured.");
    expect(empty.svg).not.toContain("NaN");
  });
});

describe("the page", () => {
  it("names the fastest back-end of each workload, and by how much", () => {
    expect(page).toContain("mlp, batch 32: wasm, 25 times as fast as cpu; lenet5, batch 32: wasm.");
  });

  it("escapes what the machine says of itself", () => {
    expect(page).toContain("<h1>Some &lt;CPU&gt;</h1>");
    expect(page).toContain("The machine hums &amp; sings.");
  });

  it("says what is missing and why", () => {
    expect(page).toContain("<dt>lenet5, batch 32, cpu</dt><dd>skipped: a warm step takes 9 s</dd>");
    expect(page).toMatch(/<dt>webgpu<\/dt><dd>Not usable: not installed\./);
  });

  it("says of an interrupted benchmark that it is one", () => {
    expect(page).not.toContain("Interrupted");
    expect(renderBenchPage({ ...result, isInterrupted: true }, figure, "")).toContain("Interrupted before its end");
  });
});

describe("the text for the terminal", () => {
  it("has the table, the counting rule, what cannot be used, and how to use the calibration", () => {
    const text = benchText(result, files);
    expect(text).toMatch(/wasm .* 2 ms .* 3 ms .* 16,000\/s .* unknown /);
    expect(text).toContain("1 MAC = 2 FLOP");
    expect(text).toContain("  webgpu: not installed");
    expect(text).toMatch(/probselect server --calibration \S*c\.json/);
    expect(text.endsWith("warning  The machine hums & sings.")).toBe(true);
  });
});
