// The page, part by part, each a function of the scene alone.

function section(id, title, content, lead) {
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), lead ?? null, content);
}

function empty(text) {
  return h("p", { class: "empty" }, text);
}

function code(text) {
  return h("code", {}, text);
}

function title(scene) {
  const { project, engine, time_scale: scale, started, run } = scene.about;
  return [
    h("p", { class: "eyebrow" }, "shipway rehearse"),
    h("h1", {}, project || "A rehearsal"),
    project
      ? h("p", { class: "quiet" }, `${engine} engine, ${scale} times faster than AWS · ${started} · run ${run}`)
      : null,
    h("p", { class: "elapsed" }, h("time", {}, duration(scene.now))),
  ];
}

const SHOWN = { running: "running", succeeded: "done", failed: "failed", interrupted: "failed", broken: "failed" };

function outcome(scene) {
  const { state, text, reasons } = scene.outcome;
  const said = {
    running: text ? `Running: ${text}` : "Starting",
    succeeded: `${scene.about.project} was delivered`,
    failed: "The rehearsal failed",
    interrupted: "Stopping: everything is removed",
    broken: "The events end here, without a verdict",
  }[state];
  const shown = SHOWN[state];
  return [
    h("p", { class: `verdict ${shown}` }, h("span", { class: `mark ${shown}`, "aria-hidden": "true" }, MARKS[shown]), ` ${said}`),
    reasons.length ? h("ul", { class: "reasons" }, reasons.map((reason) => h("li", {}, reason))) : null,
  ];
}

function page(scene, width) {
  return [
    steps(scene),
    traffic(scene, width),
    pushes(scene),
    h("div", { class: "columns" }, mails(scene), leftovers(scene)),
    worth(scene),
  ];
}

function steps(scene) {
  const rows = scene.steps.map((step) =>
    h(
      "li",
      { class: step.state, "aria-current": step.state === "running" ? "step" : null },
      h("p", { class: "name" }, mark(step.state), ` ${step.name}`),
      h("p", { class: "quiet" }, h("time", {}, took(step, scene.now))),
      step.fidelity ? h("p", { class: "quiet" }, step.fidelity) : null,
      step.detail ? h("p", { class: step.state === "failed" ? "detail" : "quiet" }, step.detail) : null,
    ),
  );
  return section("steps", "Steps", rows.length ? h("ol", { class: "steps" }, rows) : empty("Nothing has happened yet."));
}

function traffic(scene, width) {
  if (!scene.groups.length) return section("traffic", "Traffic", empty("No listener divides traffic yet."));
  const known = upTo(scene.traffic, scene.now);
  return section(
    "traffic",
    "Traffic",
    [
      h("ul", { class: "groups" }, scene.groups.map(group)),
      h("figure", { class: "card" }, chart(known, width), h("figcaption", {}, caption(scene)), weightTable(known)),
    ],
  );
}

function group(one) {
  return h(
    "li",
    { class: `card ${one.colour}` },
    h("h3", {}, one.name),
    h("p", { class: "share" }, `${one.percent} %`),
    svg(
      "svg",
      { class: "bar", "aria-hidden": "true" },
      svg("rect", { class: "whole", width: "100%", height: "6", rx: "3" }),
      svg("rect", { class: "part", width: `${one.percent}%`, height: "6", rx: "3" }),
    ),
    h("p", {}, one.targets),
    one.tasks.map((task) => h("p", { class: "quiet" }, task)),
  );
}

function caption(scene) {
  const { sent, failed, rate, failures } = scene.requests;
  return [
    h(
      "p",
      {},
      `${plural(sent, "request", "requests")} answered, `,
      h("span", { class: failed ? "bad" : "good" }, `${count(failed)} failed`),
      scene.outcome.state === "running" && sent ? h("span", { class: "quiet" }, ` · ${rate} per second`) : null,
      failures.map(([reason, times]) => h("span", { class: "bad" }, ` · ${count(times)} times ${reason}`)),
    ),
    scene.shifts.map((shift) =>
      h("p", {}, "Shift: ", shares(shift.observed), " ", verdict(shift.agrees),
        shift.agrees ? null : h("span", { class: "quiet" }, ` predicted ${shares(shift.predicted)}`)),
    ),
    h("p", { class: "quiet" }, scene.delivery ? `Configured: ${scene.delivery.shift}. ` : "", "Numbers mark the pushes below."),
  ];
}

function weightTable(known) {
  return h(
    "details",
    {},
    h("summary", {}, "Shares as a table"),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "at"), known.groups.map(([name]) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        {},
        known.weights.map(([at, ...percents]) =>
          h("tr", {}, h("th", { scope: "row" }, duration(at)), percents.map((percent) => h("td", {}, `${percent} %`))),
        ),
      ),
    ),
  );
}

function mails(scene) {
  const letters = scene.mails.map((mail) =>
    h(
      "details",
      { class: "card mail" },
      h("summary", {}, h("span", { class: "subject" }, mail.title), h("span", { class: "quiet" }, ` to ${mail.to} · ${duration(mail.at)}`)),
      mail.subject === mail.title ? null : h("p", { class: "quiet" }, `Subject: ${mail.subject}`),
      h("pre", { tabindex: "0" }, mail.body),
    ),
  );
  return section("mails", "Mails", letters.length ? letters : empty("No mail has arrived."));
}

function leftovers(scene) {
  const left = scene.leftovers;
  let content;
  if (left === null) content = empty("Nothing was deleted yet, so that nothing could be left.");
  else if (!left.length) content = h("p", { class: "card" }, h("span", { class: "good" }, "✓ Nothing is left."));
  else content = h("ul", { class: "card plain" }, left.map((one) => h("li", {}, mark("failed"), ` ${one.service} `, code(one.resource))));
  return section("leftovers", "Left over after deletion", content);
}

function worth(scene) {
  const kinds = scene.worth.map(({ fidelity, entries }) =>
    h(
      "details",
      { class: "card worth", open: fidelity === "not honoured" },
      h("summary", {}, h("span", { class: "subject" }, fidelity), h("span", { class: "quiet" }, ` ${entries.reduce((sum, { what }) => sum + what.length, 0)}`)),
      h("dl", {}, entries.map(({ what, detail }) => [
        h("dt", {}, what.map((one) => h("span", {}, one))),
        h("dd", {}, detail),
      ])),
    ),
  );
  return section("worth", "What this was worth", kinds.length ? kinds : empty("Said at the end."));
}
