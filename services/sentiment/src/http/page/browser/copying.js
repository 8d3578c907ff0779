import { hasKey } from "./api.js";
import { byId } from "./dom.js";
import { snippetsOf } from "./snippets.js";

/** @typedef {import("./snippets.js").Shown} Shown */

/** @type {Shown} */
let shown = { kind: "one", text: "A great film." };
const form = /** @type {HTMLFormElement} */ (byId("snippets"));

/** The lines that send from a program what is on the screen, with a button to copy them. */
export function copying() {
  form.addEventListener("change", paint);
  byId("copy").addEventListener("click", async () => {
    const code = byId("snippet");
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      byId("copied").textContent = "Copied.";
    } catch {
      // Over plain HTTP from another machine a browser gives no clipboard.
      getSelection()?.selectAllChildren(code);
      byId("copied").textContent = "Selected: copy it with Ctrl+C.";
    }
  });
  paint();
}

/** @param {Shown} now */
export function showSnippets(now) {
  shown = now.kind === "one" && now.text.trim() === "" ? { kind: "one", text: "A great film." } : now;
  paint();
}

export function paint() {
  const language = /** @type {"curl" | "typescript" | "python"} */ (new FormData(form).get("language"));
  byId("snippet").textContent = snippetsOf(shown, {
    url: new URL(".", document.baseURI).href,
    withKey: hasKey(),
  })[language];
  byId("copied").textContent = "";
}
