export const options = {
  url: new URLSearchParams(location.search).get("router"),
  realm: "realm1",
};
