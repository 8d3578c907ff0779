/** The given names, or those of them that `--only a,b` selects. @throws Error for an unknown name */
export function only<N extends string>(given: string | undefined, names: readonly N[]): N[] {
  const wanted = given?.split(",") ?? names;
  const unknown = wanted.filter((name) => !names.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`--only: expected ${names.join(",")}, got ${unknown}`);
  return names.filter((name) => wanted.includes(name));
}
