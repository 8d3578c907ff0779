import { ask } from "./api.js";
import { byId } from "./dom.js";
import { Failure } from "./failure.js";

/**
 * The model card, which the service renders from README.md. It is loaded when the user opens it.
 */
export function modelCard() {
  const details = /** @type {HTMLDetailsElement} */ (byId("card"));
  let fetched = false;
  details.addEventListener("toggle", async () => {
    if (!details.open || fetched) return;
    fetched = true;
    const body = byId("card-body");
    try {
      // The service has escaped HTML in the card, see model-card.ts.
      body.innerHTML = await (await ask("page/card")).text();
    } catch (error) {
      fetched = false;
      const none = error instanceof Failure && error.code === "not_found";
      body.textContent = none ? "This model has no model card." : /** @type {Error} */ (error).message;
    }
  });
}
