import { watchActivity } from "./activity.js";
import { ask, useKey } from "./api.js";
import { modelCard } from "./card.js";
import { copying, paint, showSnippets } from "./copying.js";
import { byId } from "./dom.js";
import { Failure } from "./failure.js";
import { manyTexts } from "./many-texts.js";
import { oneText } from "./one-text.js";

const key = /** @type {HTMLInputElement} */ (byId("key"));
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  useKey(key.value.trim());
  key.value = "";
  paint();
  greet();
});
oneText((text) => showSnippets({ kind: "one", text }));
manyTexts(showSnippets);
copying();
modelCard();
watchActivity();
greet();

/** Shows which model and service this is, and a field for the key if one is needed. */
async function greet() {
  try {
    const { name, version, executionProvider } = await (await ask("model")).json();
    byId("model").textContent = `${name} ${version} on ${executionProvider}`;
    byId("key-note").textContent = "The key is right. It is kept until this tab is closed.";
  } catch (error) {
    byId("model").textContent = "";
    if (error instanceof Failure && error.code === "unauthorized") byId("key-form").hidden = false;
    byId("key-note").textContent = /** @type {Error} */ (error).message;
  }
}
