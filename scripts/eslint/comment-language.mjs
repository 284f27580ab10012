// An ESLint rule for the English of comments: sentences name their subject.

/** Openings that leave the subject out: relatives without a noun, and prepositions in a doc comment's first sentence. */
const RELATIVES = "What|Who|Whom|Whose|Whether|How";
const PREPOSITIONS =
  "Of|For|In|To|By|From|With|Without|On|At|As|After|Before|During|Since|Until|While|When|Where|If|Because|Behind|Beside|Under|Over|Between";
const RELATIVE_SENTENCE = new RegExp(`(?:^|[.!?:] )(${RELATIVES})\\b`);
const FIRST_WORD = new RegExp(`^(${RELATIVES}|${PREPOSITIONS})\\b`);
/** Pronouns that hide a role. */
const PRONOUNS = /\b(nobody|somebody|everybody|whoever|whomever)\b/i;

/** @type {import("eslint").Rule.RuleModule} */
export const commentLanguage = {
  meta: {
    type: "suggestion",
    schema: [],
    docs: { description: "require comments whose sentences name their subject" },
    messages: {
      opening: 'A comment that begins with "{{word}}" leaves its subject out: begin with a verb or a noun.',
      relative: 'A sentence that begins with "{{word}}" leaves its subject out.',
      pronoun: '"{{word}}" hides a role: name the tab, the router, the caller, …',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const { loc } = comment;
          if (loc === null || loc === undefined) continue;
          const isDoc = comment.type === "Block" && comment.value.startsWith("*");
          const text = textOf(comment.value);
          /** @param {"opening" | "relative" | "pronoun"} messageId @param {RegExpExecArray | null} found */
          const report = (messageId, found) => {
            const word = found?.[1];
            if (word !== undefined) context.report({ loc, messageId, data: { word } });
          };
          if (isDoc) report("opening", FIRST_WORD.exec(text));
          report("relative", RELATIVE_SENTENCE.exec(isDoc ? text.replace(/^\w+/, "") : text));
          report("pronoun", PRONOUNS.exec(text));
        }
      },
    };
  },
};

/**
 * The prose of a comment, without its stars and tags.
 *
 * @param {string} comment
 */
function textOf(comment) {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*+ ?/, "").trim())
    .filter((line) => !line.startsWith("@"))
    .join(" ")
    .replace(/`[^`]*`/g, "x")
    .trim();
}
