/** Those that `--only a,b` names, in their own order; without it all. */
export function only<N extends string>(given: string | undefined, names: readonly N[]): N[] {
  const wanted = given?.split(",") ?? names;
  const unknown = wanted.filter((name) => !names.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`--only: expected ${names.join(",")}, got ${unknown}`);
  return names.filter((name) => wanted.includes(name));
}
