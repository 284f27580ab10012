// The topics whose events the router keeps: one for each measurement, so that a history has nothing of an earlier one.

/** More than the events that a measurement misses, and those that it has seen. */
const LIMIT = 2000;
const TOPICS = 100;

export const missedTopics = Array.from({ length: TOPICS }, (_, index) => ({
  uri: `bench.missed.n${index}`,
  limit: LIMIT,
}));

let used = 0;

/** Returns a topic that no measurement has used yet. */
export function nextMissedTopic() {
  const topic = missedTopics[used++];
  if (topic === undefined) throw new Error(`only ${TOPICS} topics have a history`);
  return topic.uri;
}
