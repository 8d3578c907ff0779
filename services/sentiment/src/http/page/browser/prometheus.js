/** @typedef {{ name: string, labels: Record<string, string>, value: number }} Sample */

/**
 * The samples of the Prometheus text format, without its comments.
 * @param {string} text
 * @returns {Sample[]}
 */
export function parseMetrics(text) {
  return text.split("\n").flatMap((line) => {
    const [, name, inner = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, held]) => [label, held]);
    return [
      { name, labels: Object.fromEntries(pairs), value: Number(String(value).replace("Inf", "Infinity")) },
    ];
  });
}

/**
 * The sum of a metric over the label sets that `wanted` takes.
 * @param {Sample[]} samples
 * @param {string} name
 * @param {(labels: Record<string, string>) => boolean} [wanted]
 */
export function sum(samples, name, wanted = () => true) {
  return samples.reduce((total, s) => (s.name === name && wanted(s.labels) ? total + s.value : total), 0);
}

/**
 * A histogram's cumulative counts by upper bound, ascending.
 * @param {Sample[]} samples
 * @param {string} name
 * @param {(labels: Record<string, string>) => boolean} wanted
 * @returns {Map<number, number>}
 */
export function buckets(samples, name, wanted) {
  const counts = new Map();
  for (const { name: own, labels, value } of samples) {
    if (own !== `${name}_bucket` || !wanted(labels)) continue;
    const bound = Number(labels.le === "+Inf" ? Number.POSITIVE_INFINITY : labels.le);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/**
 * What Prometheus's histogram_quantile gives: linear within a bucket, and the last finite bound for
 * larger values.
 * @param {number} q 0..1
 * @param {Map<number, number>} counts cumulative, by upper bound
 * @returns {number | undefined} nothing where nothing was counted
 */
export function quantile(q, counts) {
  const total = [...counts.values()].at(-1) ?? 0;
  if (total <= 0) return undefined;
  let below = 0;
  let from = 0;
  for (const [bound, count] of counts) {
    if (count >= q * total) {
      if (bound === Number.POSITIVE_INFINITY) return from;
      return count === below ? bound : from + ((bound - from) * (q * total - below)) / (count - below);
    }
    below = count;
    from = bound;
  }
  return from;
}
