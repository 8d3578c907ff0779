import markdownIt from "markdown-it";

const PLOT = /^report\/[\w-]+\.svg$/;

const markdown = markdownIt({ html: false });
const { rules } = markdown.renderer;
// The page has its own h1, and h2 above the card.
rules.heading_open = rules.heading_close = (tokens, index, options, _env, renderer) => {
  const token = tokens[index]!;
  token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 2)}`;
  return renderer.renderToken(tokens, index, options);
};
// A wide table scrolls by itself, by the keyboard too, instead of widening the page.
rules.table_open = (tokens, index) => {
  const number = tokens.slice(0, index + 1).filter(({ type }) => type === "table_open").length;
  return `<section class="scroll" aria-label="Table ${number}" tabindex="0"><table>`;
};
rules.table_close = () => "</table></section>";
// Nothing is asked of another host: an image that is no plot of the report is its words.
rules.image = (tokens, index) => {
  const { content, attrs } = tokens[index]!;
  const source = String(new Map(attrs).get("src"));
  const words = markdown.utils.escapeHtml(content);
  return PLOT.test(source) ? `<img src="page/${source}" alt="${words}">` : words;
};

/** A model's README.md as HTML to stand under an h2. Markup in it is shown, not obeyed. */
export function renderCard(readme: string): string {
  return markdown.render(readme);
}
