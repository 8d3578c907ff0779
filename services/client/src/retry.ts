import ky, { HTTPError } from "ky";

/**
 * Answers that say "later": with Retry-After (429, 503) they say when; 502 is a proxy that found
 * nobody.
 */
const LATER = [429, 502, 503];

/**
 * A fetch that tries again after LATER and after a broken connection, waiting as long as
 * Retry-After says or 0.3 s doubling, with jitter. Scoring changes nothing, so a POST may be
 * repeated. Ends with the signal.
 */
export function retryingFetch(retries: number, signal: AbortSignal) {
  return async (request: Request): Promise<Response> => {
    try {
      return await ky(request, {
        signal,
        timeout: false, // the signal is the deadline of all tries together
        retry: {
          limit: retries,
          methods: ["get", "post"],
          statusCodes: LATER,
          afterStatusCodes: LATER,
          jitter: true,
          backoffLimit: 5_000,
        },
      });
    } catch (error) {
      if (error instanceof HTTPError) return error.response;
      throw error;
    }
  };
}
