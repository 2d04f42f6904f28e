import { describe, expect, it } from "vitest";
import { describeError, exitCodeOf } from "../../cli/output.ts";
import { ProbSelectError } from "../../foundation/errors.ts";

describe("errors on the command line", () => {
  it("wrong usage exits 2, every other error 1", () => {
    expect(exitCodeOf(new ProbSelectError("cli.wrong-usage", "x"))).toBe(2);
    expect(exitCodeOf(new ProbSelectError("server.address-in-use", "x"))).toBe(1);
    expect(exitCodeOf(new TypeError("x"))).toBe(1);
    expect(exitCodeOf("thrown text")).toBe(1);
  });

  it("a ProbSelectError shows its message and code, without a stack", () => {
    const error = new ProbSelectError("server.address-in-use", "Port 7700 is taken. Pass --port.");
    expect(describeError(error, false)).toBe("probselect: Port 7700 is taken. Pass --port. [server.address-in-use]");
  });

  it("an unexpected error says so and how to see more", () => {
    expect(describeError(new TypeError("x is undefined"), false)).toBe(
      "probselect: unexpected error: x is undefined Run it again with --verbose for the stack.",
    );
  });

  it("--verbose shows the stack of the error and of its cause", () => {
    const cause = new RangeError("the cause");
    const text = describeError(new ProbSelectError("client.cannot-connect", "No server.", { cause }), true);
    expect(text).toMatch(/No server\. \[client\.cannot-connect\]\nProbSelectError: No server\.\n +at /);
    expect(text).toMatch(/Caused by: RangeError: the cause\n +at /);
  });
});
