import { publicUrl } from "../../contract/router-url.js";
import { isCustomChoice } from "../../contract/session-config.js";
import type { SerializerChoice } from "../../contract/session-config.js";
import { isRecord } from "../../contract/rules.js";
import { list } from "../errors/checks.js";
import { invalid } from "../errors/invalid.js";

/**
 * Completes the URLs of the application's serializers. Throws `InvalidArgumentError` for one that neither the page nor the worker may
 * import; the hub judges everything else.
 * @param base the URL of the page, in a page
 */
export function completeSerializers(
  where: string,
  given: unknown,
  base: string | undefined,
): readonly unknown[] {
  return list(where, given).map((choice) =>
    isRecord(choice) && "url" in choice
      ? { ...choice, url: ownUrl(`the url of an element of ${where}`, choice["url"], base) }
      : choice,
  );
}

/** Returns the choices that the hub will not refuse. */
export function likelyChoices(choices: readonly unknown[]): readonly SerializerChoice[] {
  return choices.filter(
    (choice): choice is SerializerChoice => typeof choice === "string" || isCustomChoice(choice),
  );
}

function ownUrl(where: string, given: unknown, base: string | undefined): string {
  const text = given instanceof URL ? given.href : given;
  const expected = "the URL of a module of the page's own origin";
  if (typeof text !== "string" || text === "" || !URL.canParse(text, base))
    throw invalid(where, text, expected);
  const url = new URL(text, base);
  // A module of the page is known to the browser without them.
  url.username = "";
  url.password = "";
  const { origin, protocol, href } = url;
  const isShared = protocol === "http:" || protocol === "https:";
  if (base !== undefined && !(isShared && origin === new URL(base).origin))
    throw invalid(where, text, expected, isShared ? JSON.stringify(publicUrl(href)) : undefined);
  return href;
}
