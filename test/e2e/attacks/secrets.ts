/** The key of the honest client. */
export const KEY = "honest-key-of-the-attacks-0001";
/** What nobody may read in an answer, a metric or a log: it stands in whatever the attackers send. */
export const PLANTED = "planted-hunter2-of-an-attacker";

/** Whether a text holds one of them. */
export const isLeak = (text: string): boolean => text.includes(KEY) || text.includes(PLANTED);
