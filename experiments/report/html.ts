// HTML by template literals that escape every value. Only what `raw` marks is taken as markup.

const RAW = Symbol("markup");

/** Text that is already HTML. */
export interface Markup {
  readonly [RAW]: true;
  readonly text: string;
}

type Value = Markup | string | number | null | undefined | readonly Value[];

/** Marks text of our own making as markup. Never call it with anything that came from a client. */
export function raw(text: string): Markup {
  return { [RAW]: true, text };
}

/**
 * Escapes the characters that mean something in HTML and XML, in text and in quoted attributes.
 *
 * @example escapeHtml('<a href="x">') // "&lt;a href=&quot;x&quot;&gt;"
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/**
 * A piece of HTML. Strings and numbers are escaped, lists are joined, null and undefined are left out.
 *
 * @example html`<b>${"<script>"}</b>`.text // "<b>&lt;script&gt;</b>"
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return raw(strings.map((part, index) => part + (index < values.length ? render(values[index]) : "")).join(""));
}

function render(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  if (isMarkup(value)) return value.text;
  return value.map(render).join("");
}

function isMarkup(value: Markup | readonly Value[]): value is Markup {
  return RAW in value;
}
