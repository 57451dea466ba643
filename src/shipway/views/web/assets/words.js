// How durations, numbers and states are spelt.

const MARKS = { done: "✓", failed: "✗", running: "●", waiting: "·", skipped: "–" };
const SPOKEN = { done: "done", failed: "failed", running: "running", waiting: "waiting", skipped: "left out" };

function duration(seconds) {
  if (seconds < 60) return `${Math.max(0, seconds).toFixed(1)} s`;
  return clock(seconds);
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function count(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f"); // a narrow space that does not break
}

function plural(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function shares(percentages) {
  return percentages.map((share) => `${share} %`).join(" → ");
}

function took(thing, now) {
  return thing.started === undefined ? "" : duration((thing.finished ?? now) - thing.started);
}

function mark(state, expected) {
  const shown = state === "failed" && expected ? "expected" : state;
  return h("span", { class: `mark ${shown}`, role: "img", "aria-label": SPOKEN[state] }, MARKS[state]);
}

function verdict(agrees) {
  if (agrees === null) return h("span", { class: "quiet" }, "not known yet");
  return h("span", { class: agrees ? "good" : "bad" }, agrees ? "✓ as predicted" : "✗ not as predicted");
}
