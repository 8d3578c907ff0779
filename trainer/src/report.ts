export async function writeReport(_folder: string, _manifest: unknown, _run: unknown): Promise<void> {}
