import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { escapeHtml, html, raw } from "../../../experiments/report/html.ts";

describe("html", () => {
  it("escapes values, keeps markup, joins lists and leaves out null", () => {
    expect(html`<p title="${'"a"'}">${"<b>"}${raw("<i>")}${[html`${1}`, "&"]}${null}${undefined}</p>`.text).toBe(
      '<p title="&quot;a&quot;">&lt;b&gt;<i>1&amp;</p>',
    );
  });

  it("any text comes out of a parser as it went in, in text and in attributes", () => {
    // Characters that XML cannot hold are no part of the promise.
    const text = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(text, (value) => {
        const { document } = parseHTML(html`<html><body><p id="p" title="${value}">${value}</p></body></html>`.text);
        const paragraph = document.querySelector("#p");
        expect(paragraph?.getAttribute("title")).toBe(value);
        expect(paragraph?.textContent).toBe(value);
        expect(paragraph?.children.length).toBe(0);
      }),
    );
  });

  it("escapes the five characters that mean something", () => {
    expect(escapeHtml(`<a href="x">'&'`)).toBe("&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
  });
});
