import { connect } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { installApp } from "./app/install.js";
import { showChat } from "./chat/chat.js";
import { showConnection } from "./connection/connection.js";
import { showFeed } from "./feed/feed.js";
import { showJobs } from "./job/jobs.js";
import { showLeaving } from "./job/leaving.js";
import { showOutbox } from "./outbox/outbox.js";
import { showIdentity } from "./page/identity.js";
import { showProblem } from "./page/problem.js";
import { newName } from "./page/tab-name.js";
import { readSettings } from "./settings.js";
import { showSharing } from "./sharing/sharing.js";

async function start(name: string): Promise<void> {
  const settings = await readSettings();
  const session = await connect<DemoApi>({
    url: settings.url,
    realm: settings.realm,
    // The delays are longer than the defaults, so that they can be watched.
    retry: { initialDelay: 2_000, maxDelay: 10_000 },
  });
  showConnection(session, settings);
  session.on("warning", showProblem);
  showOutbox(session).catch(showProblem);
  showLeaving(session, name);
  const chat = showChat(session, name);
  await session.ready;
  await Promise.all([
    chat,
    showFeed(session, name),
    showJobs(session, name),
    showSharing(session, name, settings),
  ]);
}

const name = newName();
showIdentity(name);
start(name).catch(showProblem);
installApp().catch(showProblem);
