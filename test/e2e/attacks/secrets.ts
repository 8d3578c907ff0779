/** The API key of the honest client. */
export const KEY = "honest-key-of-the-attacks-0001";
/** A text in the attackers' requests that must not be in answers, metrics or logs. */
export const PLANTED = "planted-hunter2-of-an-attacker";

/** Whether a text contains one of the two. */
export const isLeak = (text: string): boolean => text.includes(KEY) || text.includes(PLANTED);
