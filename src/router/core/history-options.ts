import { checkUri } from "../../protocol/uri.js";
import type { OptionChecks } from "./option-checks.js";
import type { CoreSettings, HistoryTopic } from "./settings.js";
import { isDict } from "./values.js";

/** Number of publications kept of a topic for which the options name none. */
const DEFAULT_LIMIT = 1_000;

/** Checks the option `eventHistory`. Throws a `TypeError`. */
export function parseHistory(checks: OptionChecks, value: unknown): CoreSettings["eventHistory"] {
  const { topics = [], form = "crossbar" } = checks.record("eventHistory", value, ["topics", "form"]);
  if (form !== "crossbar" && form !== "nexus")
    throw checks.wrong("eventHistory.form", '"crossbar" or "nexus"', form);
  const isEmpty = Array.isArray(topics) && topics.length === 0;
  const given = isEmpty ? [] : checks.list("eventHistory.topics", topics, isDict, "objects");
  return {
    topics: given.map((topic, index) => parseTopic(checks, `eventHistory.topics[${index}]`, topic)),
    form,
  };
}

function parseTopic(checks: OptionChecks, where: string, value: unknown): HistoryTopic {
  const {
    uri,
    match = "exact",
    limit = DEFAULT_LIMIT,
  } = checks.record(where, value, ["uri", "match", "limit"]);
  if (match !== "exact" && match !== "prefix" && match !== "wildcard")
    throw checks.wrong(`${where}.match`, '"exact", "prefix" or "wildcard"', match);
  const topic = checks.text(`${where}.uri`, uri);
  const broken = checkUri(topic, match === "exact" ? "topic" : { pattern: match }, "loose");
  if (broken !== undefined) throw checks.wrong(`${where}.uri`, `a topic or pattern (${broken})`, topic);
  return { uri: topic, match, limit: checks.count(`${where}.limit`, limit) };
}
