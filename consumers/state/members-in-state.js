import { produce } from "immer";
import { makeAutoObservable, observable } from "mobx";
import { showMembers } from "./members.js";

class Store {
  held;

  constructor(value) {
    this.held = value;
    makeAutoObservable(this);
  }
}

showMembers({
  "MobX observable": (value) => observable({ value }).value,
  "MobX makeAutoObservable": (value) => new Store(value).held,
  "MobX observable.box": (value) => observable.box(value).get(),
  "Immer produce": (value) =>
    produce({ held: undefined, others: [] }, (draft) => {
      draft.held = value;
      draft.others.push(value);
    }).held,
  // Stands for the libraries that put a Proxy of their own in front of every object.
  Proxy: (value) => new Proxy(value, {}),
});
