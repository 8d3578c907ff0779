import markdownIt from "markdown-it";

const PLOT = /^report\/[\w-]+\.svg$/;

const markdown = markdownIt({ html: false });
const { rules } = markdown.renderer;
// The page has its own h1, and an h2 above the card.
rules.heading_open = rules.heading_close = (tokens, index, options, _env, renderer) => {
  const token = tokens[index]!;
  token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 2)}`;
  return renderer.renderToken(tokens, index, options);
};
// A wide table gets its own scroll bar, which the keyboard can use, instead of widening the page.
rules.table_open = (tokens, index) => {
  const number = tokens.slice(0, index + 1).filter(({ type }) => type === "table_open").length;
  return `<section class="scroll" aria-label="Table ${number}" tabindex="0"><table>`;
};
rules.table_close = () => "</table></section>";
// The page must not load from other hosts, so an image that is not a plot of the report becomes its
// alternative text.
rules.image = (tokens, index) => {
  const { content, attrs } = tokens[index]!;
  const source = String(new Map(attrs).get("src"));
  const words = markdown.utils.escapeHtml(content);
  return PLOT.test(source) ? `<img src="page/${source}" alt="${words}">` : words;
};

/** Renders a model's README.md as HTML for a place below an h2. HTML in it is escaped. */
export function renderCard(readme: string): string {
  return markdown.render(readme);
}
