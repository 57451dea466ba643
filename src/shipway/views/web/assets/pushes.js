// Each push and what came of it: the pipeline, the build, the deployment; for a drill, what was predicted.

function pushes(scene) {
  const cards = Object.entries(scene.deliveries).map(([name, one]) =>
    one.number ? pushCard(name, one, scene.now) : drillCard(name, one),
  );
  return section("pushes", "Pushes", cards.length ? cards : [empty("Nothing has been pushed yet.")], about(scene.delivery));
}

function about(delivery) {
  if (!delivery) return null;
  return h(
    "p",
    { class: "quiet" },
    "A push to ", code(`${delivery.repository} ${delivery.branch}`), " starts ", code(delivery.pipeline),
    ", which releases ", code(delivery.service), ".",
  );
}

// A drill that was left out, or that has pushed nothing yet.
function drillCard(name, one) {
  const state = { true: "done", false: "failed", null: one.skipped ? "skipped" : "waiting" }[one.drill.agrees];
  return h(
    "article",
    { class: "card" },
    h("header", { class: "push-title" }, h("h3", {}, mark(state), ` ${name}`)),
    one.skipped ? h("p", { class: "quiet" }, `Left out: ${one.skipped}`) : drill(one.drill),
  );
}

function pushCard(name, one, now) {
  const expected = one.drill !== null && one.drill.agrees !== false; // what fails in a drill was meant to fail
  return h(
    "article",
    { class: "card" },
    h(
      "header",
      { class: "push-title" },
      h("h3", {}, h("span", { class: "number" }, one.number), name),
      h("p", {}, code(one.commit), " ", one.message),
      one.execution && h("p", { class: "status" }, mark(one.execution.state, expected), ` ${one.execution.status}`),
    ),
    drill(one.drill),
    h("ol", { class: "stages" }, one.stages.map((stage) => stageCard(stage, expected, now))),
    reasons(one).map((text) => h("p", { class: "detail" }, text)),
    chips("Build", null, one.phases, expected),
    chips("Deployment", one.deployment, one.lifecycle, expected),
  );
}

function reasons(one) {
  const failed = one.stages.flatMap((stage) => stage.actions).filter((action) => action.state === "failed");
  const said = [one.execution, ...failed].map((part) => part?.detail);
  return [...new Set(said.filter(Boolean))];
}

function drill(one) {
  if (one === null) return null;
  return h(
    "dl",
    { class: "drill" },
    h("dt", {}, "predicted"), h("dd", {}, one.predicted),
    h("dt", {}, "observed"), h("dd", {}, one.observed ?? "", " ", verdict(one.agrees)),
  );
}

function stageCard(stage, expected, now) {
  const state = ["failed", "running"].find((one) => stage.actions.some((action) => action.state === one));
  return h(
    "li",
    { class: `stage ${state ?? (stage.actions.length ? "done" : "waiting")} ${expected ? "drilled" : ""}` },
    h("h4", {}, stage.name),
    stage.actions.length
      ? h("ul", {}, stage.actions.map((action) => actionRow(action, stage.name, expected, now)))
      : h("p", { class: "quiet" }, "not reached"),
  );
}

function actionRow(action, stage, expected, now) {
  const name = action.name === stage ? action.provider : `${action.name} (${action.provider})`;
  return h("li", { class: "action" }, mark(action.state, expected), h("span", {}, name), h("time", {}, took(action, now)));
}

function chips(title, whole, parts, expected) {
  if (!parts.length) return null;
  return h(
    "div",
    { class: "parts" },
    h("h4", {}, title, whole ? [" ", code(whole.id), h("span", { class: "quiet" }, ` ${whole.status}`)] : null),
    h(
      "ol",
      { class: "chips" },
      parts.map((part) => h("li", { class: part.state }, mark(part.state, expected), ` ${part.name}`)),
    ),
  );
}
