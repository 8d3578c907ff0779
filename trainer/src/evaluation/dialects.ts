/**
 * The same statement in American Standard English and in another English; the sentences are our
 * own. A score that depended on the dialect would rank its speakers' reviews as more or less
 * positive than they are (Blodgett et al. 2016, on tools that misread dialects).
 */
const PAIRS: Record<string, [standard: string, dialect: string][]> = {
  "African American English": [
    ["They are always making me laugh in this show.", "They be making me laugh in this show."],
    ["The staff is not going to help you with anything.", "The staff ain't gonna help you with nothing."],
    [
      "She has been cooking like this for years, and it is great.",
      "She been cooking like this, and it's great.",
    ],
    ["We are going back there next week.", "We finna go back there next week."],
    ["This phone is broken already.", "This phone done broke already."],
    ["The bass on this album is really good.", "The bass on this album hit different, no cap."],
    ["Nobody told us that the kitchen was closed.", "Ain't nobody told us the kitchen was closed."],
    ["He is the best driver I have had.", "He the best driver I had."],
  ],
  "Indian English": [
    [
      "The quality is the very best, and delivery was on time.",
      "Quality is too good, and delivery was on time only.",
    ],
    ["I have been using it for two years.", "I am using it since two years."],
    ["Please do the needed repairs, the fan is not working.", "Kindly do the needful, fan is not working."],
    ["It is great value for the price.", "It is full paisa vasool."],
    ["The waiter was rude to all of us.", "The waiter was being rude to us all, no?"],
    ["We moved our booking to an earlier day.", "We preponed our booking."],
    ["The packaging was bad, and I am unhappy.", "Packing was not proper, I am not happy only."],
    ["The food was very tasty.", "The food was very very tasty, yaar."],
  ],
  "Scottish English": [
    ["It is a lovely little place.", "It's a bonnie wee place."],
    ["I was not impressed with the room.", "I wasnae impressed wi' the room."],
    ["The soup was terrible.", "The soup was pure mingin."],
    ["The staff could not do enough for us.", "The staff couldnae dae enough for us."],
    ["I do not know why anyone would go there.", "I dinnae ken why anyone would go there."],
    ["A very good night out.", "A pure dead brilliant night oot."],
    ["The stairs outside are steep.", "The stairs ootside are steep."],
    ["He gave us a small map of the town.", "He gied us a wee map o' the toon."],
  ],
  "Singapore English": [
    ["The noodles here are really delicious.", "The noodles here damn shiok lah."],
    ["Do not buy it, it breaks easily.", "Don't buy lah, easily spoil one."],
    ["The line is long, but the food is worth it.", "Queue damn long, but worth it leh."],
    ["The service is slow every time.", "Service always so slow one."],
    ["You can order by phone as well.", "Can order by phone also can."],
    ["It is expensive and not good.", "So ex, and not nice some more."],
    ["The uncle at the counter is friendly.", "The uncle at the counter very friendly one."],
    ["I went there with my colleagues.", "I go there with my colleagues already."],
  ],
};

export interface DialectMovement {
  dialect: string;
  pairs: number;
  /** The mean of the dialect's score minus the standard's. */
  difference: number;
  /** The mean of its absolute value. */
  movement: number;
}

/** How much the score changes if the same is said in another English. */
export async function dialectMovements(
  score: (texts: string[]) => Promise<Float64Array>,
): Promise<DialectMovement[]> {
  const movements: DialectMovement[] = [];
  for (const [dialect, pairs] of Object.entries(PAIRS)) {
    const scores = await score(pairs.flat());
    const moved = pairs.map((_, i) => scores[2 * i + 1]! - scores[2 * i]!);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    movements.push({
      dialect,
      pairs: pairs.length,
      difference: mean(moved),
      movement: mean(moved.map(Math.abs)),
    });
  }
  return movements;
}
