import { ask } from "./api.js";
import { byId } from "./dom.js";
import { Failure } from "./failure.js";

/** The model's card, made from its README.md by the service, fetched when somebody opens it. */
export function modelCard() {
  const details = /** @type {HTMLDetailsElement} */ (byId("card"));
  let fetched = false;
  details.addEventListener("toggle", async () => {
    if (!details.open || fetched) return;
    fetched = true;
    const body = byId("card-body");
    try {
      // The service made it: markup in the card itself is shown as text, see card.ts.
      body.innerHTML = await (await ask("page/card")).text();
    } catch (error) {
      fetched = false;
      const none = error instanceof Failure && error.code === "not_found";
      body.textContent = none ? "This model has no model card." : /** @type {Error} */ (error).message;
    }
  });
}
