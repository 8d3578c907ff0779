/** The file has to be read otherwise, or cannot be read. */
export class Unreadable extends Error {
  /** @param {string} message @param {string[]} [columns] of which the user should name the text's */
  constructor(message, columns = []) {
    super(message);
    this.columns = columns;
  }
}
