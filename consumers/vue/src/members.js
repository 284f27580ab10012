import { createApp, inject, reactive, readonly, ref, shallowRef } from "vue";
import { showMembers } from "../members.js";

const app = createApp({ data: () => ({ held: undefined }), render: () => null });
const instance = app.mount(document.createElement("div"));

function provided(value) {
  const key = Symbol("held");
  app.provide(key, ref(value));
  return app.runWithContext(() => inject(key).value);
}

function inData(value) {
  instance.held = value;
  return instance.held;
}

showMembers({
  reactive: (value) => reactive({ value }).value,
  ref: (value) => ref(value).value,
  shallowRef: (value) => shallowRef(value).value,
  readonly: (value) => readonly({ value }).value,
  "data()": inData,
  "provide/inject": provided,
});
