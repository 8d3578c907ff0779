/**
 * The page's element of this id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return /** @type {T} */ (found);
}

/**
 * A new element. Texts become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * A table row: a heading and its cells.
 * @param {string} heading
 * @param {...string} cells
 */
export function tableRow(heading, ...cells) {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, heading),
    ...cells.map((cell) => element("td", {}, cell)),
  );
}
