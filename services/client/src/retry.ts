import ky, { HTTPError } from "ky";

/**
 * The statuses of answers that a later request may not get: 429 and 503 with Retry-After, and 502
 * from a proxy that reaches no replica.
 */
const LATER = [429, 502, 503];

/**
 * A fetch that retries after these statuses and after broken connections. It waits as long as
 * Retry-After says, or else up to 0.3 s, doubled for each further retry. A POST may be repeated,
 * because scoring changes nothing. The signal ends it.
 */
export function retryingFetch(retries: number, signal: AbortSignal) {
  return async (request: Request): Promise<Response> => {
    try {
      return await ky(request, {
        signal,
        timeout: false, // the signal limits all retries together
        retry: {
          limit: retries,
          methods: ["get", "post"],
          statusCodes: LATER,
          afterStatusCodes: LATER,
          jitter: halfToWhole,
          backoffLimit: 5_000,
        },
      });
    } catch (error) {
      if (error instanceof HTTPError) return error.response;
      throw error;
    }
  };
}

/**
 * At least half of each pause, so that the default retries outlast a restart of the service. The
 * other half is random, so that clients which lost it together do not come back together.
 */
const halfToWhole = (delayMs: number) => (delayMs / 2) * (1 + Math.random());
