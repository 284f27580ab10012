// The works of the hub alone: each one is measured at several sizes of a table, and says how its cost may grow with the table.
import { heldWorks } from "./held-works.mjs";
import { subscriptionWorks } from "./subscription-works.mjs";
import { tabWorks } from "./tab-works.mjs";

/**
 * @typedef {import("./sources.mjs").Sources} Sources
 *
 * @typedef {object} Run
 * @property {number} count operations of one repetition
 * @property {() => Promise<void>} [before] prepares a repetition, unmeasured
 * @property {() => Promise<void>} run
 *
 * @typedef {object} HubWork
 * @property {string} operation whose cost is measured
 * @property {string} table that grows
 * @property {readonly number[]} sizes of the table
 * @property {"flat" | "linear"} growth of the cost of one operation
 * @property {(sources: Sources, size: number) => Promise<Run>} prepare
 */

/** @type {readonly HubWork[]} */
export const hubWorks = [...tabWorks, ...subscriptionWorks, ...heldWorks];
