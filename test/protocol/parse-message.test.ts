import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { progressSchema, registerSchema, updateSchema } from "../../protocol/messages.ts";
import { parseMessage } from "../../protocol/parse-message.ts";

const register = {
  protocolVersion: 3,
  clientId: "client-1",
  device: { kind: "gpu", name: "NVIDIA A100 PCIe 40GB" },
  link: { downlinkBitsPerSecond: 1e9, uplinkBitsPerSecond: 1e9, roundTripSeconds: 0.01 },
  exampleCount: 5000,
  backend: "wasm",
  emulated: false,
};

describe("parsing a message", () => {
  it("gives the value with its defaults", () => {
    expect(parseMessage(registerSchema, register, "register")).toEqual({
      accepted: true,
      value: { ...register, labels: [] },
    });
  });

  it.each([0, 0.41, 3])("takes %d as the spread of a link's transfer times", (transferLogSigma) => {
    const message = { ...register, link: { ...register.link, transferLogSigma } };
    expect(parseMessage(registerSchema, message, "register")).toMatchObject({ accepted: true, value: message });
  });

  it.each([-0.01, 3.01, Number.NaN, "0.4", null])("refuses %j as the spread of a link's transfer times", (value) => {
    const message = { ...register, link: { ...register.link, transferLogSigma: value } };
    expect(parseMessage(registerSchema, message, "register")).toMatchObject({
      accepted: false,
      code: "protocol.malformed-message",
      reason: expect.stringMatching(/^register: link\.transferLogSigma: /),
    });
  });

  it.each(["downlinkBitsPerSecond", "uplinkBitsPerSecond"])(
    "refuses a %s below 1, of which no forecast can be made",
    (field) => {
      const message = { ...register, link: { ...register.link, [field]: 0.5 } };
      expect(parseMessage(registerSchema, message, "register")).toMatchObject({
        accepted: false,
        reason: expect.stringContaining(`register: link.${field}: `),
      });
    },
  );

  it.each(["fp32PeakFlopPerSecond", "memoryBandwidthBytesPerSecond", "maximumClockHertz"])(
    "refuses a %s below 1, of which no forecast can be made",
    (field) => {
      const message = { ...register, device: { ...register.device, [field]: 0.5 } };
      expect(parseMessage(registerSchema, message, "register")).toMatchObject({
        accepted: false,
        reason: expect.stringContaining(`register: device.${field}: `),
      });
    },
  );

  it("says which field is wrong and why", () => {
    const parsed = parseMessage(progressSchema, { taskId: "t", phase: "training", fraction: 2 }, "progress");
    expect(parsed).toEqual({
      accepted: false,
      code: "protocol.malformed-message",
      reason: "progress: fraction: Too big: expected number to be <=1",
    });
  });

  const quantities = [
    "memoryBytes",
    "fp32PeakFlopPerSecond",
    "memoryBandwidthBytesPerSecond",
    "maximumClockHertz",
    "powerLimitWatts",
  ];

  it.each(quantities)("refuses a device whose %s is no positive, finite number, with the field's name", (field) => {
    const withFigure = (figure: unknown) =>
      parseMessage(registerSchema, { ...register, device: { ...register.device, [field]: figure } }, "register");
    for (const figure of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0, 1e300, "8", null]) {
      expect(withFigure(figure)).toMatchObject({
        accepted: false,
        code: "protocol.malformed-message",
        reason: expect.stringContaining(`register: device.${field}: `),
      });
    }
    expect(withFigure(350)).toMatchObject({ accepted: true, value: { device: { [field]: 350 } } });
  });

  it.each([1, 2, "3", null])("tells a sender of protocol version %j that the versions differ", (protocolVersion) => {
    const parsed = parseMessage(registerSchema, { ...register, protocolVersion }, "register");
    expect(parsed).toMatchObject({ accepted: false, code: "protocol.version-mismatch" });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as a training loss", (trainingLoss) => {
    const update = {
      taskId: "t",
      sha256: "0".repeat(64),
      byteLength: 1,
      exampleCount: 1,
      stepCount: 1,
      downloadSeconds: 0,
      computeSeconds: 0,
      uploadSeconds: 0,
    };
    expect(parseMessage(updateSchema, { ...update, trainingLoss }, "update")).toMatchObject({ accepted: false });
  });

  it("accepts or refuses anything, with a reason that fits the wire", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        const parsed = parseMessage(registerSchema, input, "register");
        expect(parsed.accepted === false && parsed.reason.length > 0 && parsed.reason.length <= 2000).toBe(true);
      }),
    );
  });
});
