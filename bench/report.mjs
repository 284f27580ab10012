// The table for people, in Markdown, which is also readable in a terminal.

/**
 * @typedef {import("./verdicts.mjs").Verdict} Verdict
 * @typedef {import("./gates.mjs").Gate} Gate
 */

const signs = { "at most": "≤", "at least": "≥", exactly: "=" };

/** @param {readonly Verdict[]} verdicts */
export function table(verdicts) {
  const head = ["claim", "wamp-mux", "peer", "judged (quartiles; n)", "gate", "stretch", "verdict"];
  const rows = verdicts.map(({ gate, verdict, value, ours, theirs }) => {
    const judged = verdict === "not measured" ? "" : format(value.median, gate.unit);
    const quartiles = `(${format(value.lower, gate.unit)} – ${format(value.upper, gate.unit)}; ${value.count})`;
    return [
      gate.claim,
      // The column of the judged value has the metric itself if there is no peer.
      gate.against === undefined || verdict === "not measured" ? "" : plain(ours),
      theirs === undefined ? (gate.against ?? gate.cannot ?? "") : `${gate.against ?? ""} ${plain(theirs)}`,
      value.count > 1 ? `${judged} ${quartiles}` : judged,
      limit(gate, gate.gate),
      limit(gate, gate.stretch),
      verdict,
    ];
  });
  return align([head, ...rows]);
}

/**
 * @param {Gate} gate
 * @param {number | undefined} bound
 */
function limit({ bound: kind, unit }, bound) {
  return bound === undefined ? "" : `${signs[kind]} ${format(bound, unit)}`;
}

/**
 * @param {number} value
 * @param {Gate["unit"]} unit
 */
function format(value, unit) {
  switch (unit) {
    case "×":
      return `${value.toFixed(2)} ×`;
    case "ms":
      return `${value.toFixed(1)} ms`;
    case "/s":
      return value.toFixed(0);
    case "%":
      return `${(value * 100).toFixed(1)} %`;
    case "B":
      return `${(value / 1000).toFixed(1)} kB`;
    case "":
      return String(value);
  }
}

/** @param {number} value */
function plain(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** @param {readonly (readonly string[])[]} rows the first one is the head */
export function align(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}
