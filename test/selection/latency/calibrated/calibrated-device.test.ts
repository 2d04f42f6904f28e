import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probeNetworks } from "../../../../client/calibration/probe-networks.ts";
import { resolveDevice } from "../../../../selection/devices/resolve-device.ts";
import { calibratedStep } from "../../../../selection/latency/calibrated/calibrated-step.ts";
import type { Calibration, CalibrationCell } from "../../../../selection/latency/calibrated/calibration.ts";
import { rooflineStep } from "../../../../selection/latency/roofline/roofline-step.ts";
import type { DeviceReport } from "../../../../selection/types.ts";
import { calibration, cell, lenet5, workload } from "./support.ts";

const GPU = "tensorflow-cuda";
const law = "normal-utilisation";

/** A calibration of the reported device as it was set: `cells` or its probes, each at `factor` times what the specs say. */
function timed(
  report: DeviceReport,
  cells?: readonly CalibrationCell[],
  factors: readonly number[] = [1],
): Calibration {
  const { kind, name: reportedName, ...figures } = report;
  const device = resolveDevice(report);
  const isListed = device.tier.startsWith("catalogue");
  const catalogueName = isListed && device.kind === "known" ? device.device.name : null;
  const probes = probeNetworks.map((network, index) => {
    const { secondsPerStep } = rooflineStep(law)(device, GPU, workload(network, 16));
    return cell(network, 16, secondsPerStep * (factors[index % factors.length] as number));
  });
  return calibration(cells ?? probes, { device: { reportedName, catalogueName, kind, figures } });
}

const t4 = (maximumClockHertz: number): DeviceReport => ({ kind: "gpu", name: "Tesla T4", maximumClockHertz });
const secondsOf = (calibrations: readonly Calibration[], report: DeviceReport) =>
  calibratedStep(calibrations, law)(resolveDevice(report), GPU, workload(lenet5, 32));

describe("a device that is set differently from when it was calibrated", () => {
  const full = timed(t4(1590e6), [cell(lenet5, 32, 0.005)]);

  it("is scaled as its specs are, is no longer a measured cell, and says so", () => {
    const slow = secondsOf([full], t4(300e6));
    const specs = (report: DeviceReport) =>
      rooflineStep(law)(resolveDevice(report), GPU, workload(lenet5, 32)).secondsPerStep;
    expect(slow.secondsPerStep).toBeCloseTo((0.005 * specs(t4(300e6))) / specs(t4(1590e6)), 12);
    expect(slow.secondsPerStep).toBeGreaterThan(0.01);
    expect(slow.tier).toBe("probed");
    expect(slow.tierReason).toMatch(/set differently from when it was timed.*calibrate it as it is set now/);
  });

  it("keeps its measured time as it was set", () => {
    expect(secondsOf([full], t4(1590e6))).toMatchObject({ tier: "measured-cell", secondsPerStep: 0.005 });
  });

  it("may have a calibration for each power mode: that of its present one counts, whichever is the latest", () => {
    const slow = timed(t4(300e6), [cell(lenet5, 32, 0.02)]);
    for (const files of [
      [full, slow],
      [slow, full],
    ]) {
      expect(secondsOf(files, t4(300e6))).toMatchObject({ tier: "measured-cell", secondsPerStep: 0.02 });
      expect(secondsOf(files, t4(1590e6))).toMatchObject({ tier: "measured-cell", secondsPerStep: 0.005 });
    }
  });

  it("never takes longer at a higher clock, whatever was measured", () => {
    const factors = fc.array(fc.double({ min: 0.3, max: 3, noNaN: true }), { minLength: 1, maxLength: 6 });
    const clock = fc.double({ min: 200e6, max: 1590e6, noNaN: true });
    fc.assert(
      fc.property(factors, clock, clock, (some, one, other) => {
        const file = timed(t4(1590e6), undefined, some);
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const slower = secondsOf([file], t4(low)).secondsPerStep;
        expect(secondsOf([file], t4(high)).secondsPerStep).toBeLessThanOrEqual(slower * (1 + 1e-12));
      }),
      { numRuns: 60 },
    );
  });

  it("never takes longer with a higher peak or bandwidth of its own, whatever was measured", () => {
    const factors = fc.array(fc.double({ min: 0.3, max: 3, noNaN: true }), { minLength: 1, maxLength: 6 });
    const figure = fc.double({ min: 1, max: 50, noNaN: true });
    const custom = (tera: number, giga: number): DeviceReport => ({
      ...{ kind: "gpu", name: "Frobnicator 9000" },
      fp32PeakFlopPerSecond: tera * 1e12,
      memoryBandwidthBytesPerSecond: giga * 20e9,
    });
    fc.assert(
      fc.property(factors, figure, figure, figure, figure, (some, peak, band, morePeak, moreBand) => {
        const file = timed(custom(10, 10), undefined, some);
        const slower = secondsOf([file], custom(peak, band)).secondsPerStep;
        for (const better of [custom(peak + morePeak, band), custom(peak, band + moreBand)]) {
          expect(secondsOf([file], better).secondsPerStep).toBeLessThanOrEqual(slower * (1 + 1e-12));
        }
      }),
      { numRuns: 60 },
    );
  });
});
