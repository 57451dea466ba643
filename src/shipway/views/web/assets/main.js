// Where scenes come from: the rehearsal that runs, or the frames of one that is over.

const data = JSON.parse(document.getElementById("data").textContent);
const CARD = 34; // pixels of padding and border around the chart
const TICK_MILLISECONDS = 500;
const PLAY = { every: 100, seconds: 0.5 }; // five times as fast as it was

let current = null; // what is shown

function show(scene) {
  current = scene;
  const main = document.getElementById("page");
  const width = Math.max(240, main.clientWidth - 2 * parseFloat(getComputedStyle(main).paddingLeft) - CARD);
  morphChildren(document.getElementById("title"), title(scene));
  morphChildren(document.getElementById("outcome"), outcome(scene));
  morphChildren(main, page(scene, width));
  document.title = `${MARKS[SHOWN[scene.outcome.state]]} ${scene.about.project}: shipway rehearse`;
}

function merged(before, change) {
  const after = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const inner = value !== null && typeof value === "object" && !Array.isArray(value);
    after[key] = inner && before[key] ? merged(before[key], value) : value;
  }
  return after;
}

function follow() {
  let [scene, received] = [data.frames[0], performance.now()];
  const stream = new EventSource("events");
  const footer = (text) => morphChildren(document.getElementById("controls"), [h("p", { class: "note" }, text)]);
  const refresh = () => {
    const over = ["succeeded", "failed"].includes(scene.outcome.state) || stream.readyState === EventSource.CLOSED;
    show(over ? scene : { ...scene, now: scene.now + (performance.now() - received) / 1000 });
  };
  const said = () => {
    if (scene.kept) return `The cloud stays up at ${scene.kept} until Ctrl-C.`;
    return "Live: this page follows the rehearsal.";
  };
  stream.onmessage = (event) => {
    [scene, received] = [JSON.parse(event.data), performance.now()];
    footer(said());
    refresh();
  };
  stream.addEventListener("over", () => {
    stream.close();
    clearInterval(ticking);
    footer("The rehearsal is over, and its server with it. This page stays as it is until it is closed.");
    refresh();
  });
  stream.onerror = () => footer("The rehearsal does not answer; trying again.");
  const ticking = setInterval(refresh, TICK_MILLISECONDS);
  footer(said());
  refresh();
}

function browse() {
  const scenes = [];
  for (const frame of data.frames) scenes.push(merged(scenes.at(-1) ?? {}, frame));
  const last = scenes.at(-1);
  const at = (time) => {
    const shot = scenes.findLast((one) => one.now <= time) ?? scenes[0];
    const broken = shot === last && last.outcome.state === "running";
    return {
      ...shot,
      now: Math.min(Math.max(time, shot.now), last.now),
      traffic: last.traffic,
      outcome: broken ? { ...shot.outcome, state: "broken" } : shot.outcome,
    };
  };
  const end = Math.ceil(last.now * 4) / 4;
  const slider = h("input", { type: "range", id: "time", min: 0, max: end, step: 0.25, value: end });
  const output = h("output", { for: "time" });
  const button = h("button", { type: "button" });
  let playing = null;
  const move = () => {
    const scene = at(Number(slider.value));
    output.textContent = `${duration(scene.now)} of ${duration(last.now)}`;
    slider.setAttribute("aria-valuetext", `${duration(scene.now)}, ${scene.outcome.text || scene.outcome.state}`);
    show(scene);
  };
  const pause = () => {
    clearInterval(playing);
    playing = null;
    button.textContent = "Play";
  };
  const play = () => {
    if (Number(slider.value) >= end) slider.value = 0;
    button.textContent = "Pause";
    playing = setInterval(() => {
      slider.value = Number(slider.value) + PLAY.seconds;
      move();
      if (Number(slider.value) >= end) pause();
    }, PLAY.every);
  };
  slider.addEventListener("input", () => {
    pause();
    move();
  });
  button.addEventListener("click", () => (playing === null ? play() : pause()));
  document.getElementById("controls").append(button, h("label", { for: "time" }, "Time"), slider, output);
  pause();
  move();
}

addEventListener("resize", () => current && show(current));
if (data.live) follow();
else browse();
