import type { AddressInfo } from "node:net";
import type { App } from "./app-type.ts";
import type { HttpConfig } from "./settings.ts";

/** Opens the port. Returns the service's address, to which a path can be appended. */
export async function listen(app: App, { host, port }: HttpConfig): Promise<string> {
  await app.listen({ host, port, listenTextResolver: () => "listening" });
  const address = app.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}
