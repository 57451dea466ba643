// The traffic over time: how it was split, how many requests were answered, and how many failed.

const LEFT = 46, RIGHT = 20, TOP = 46, LANE_GAP = 40;
const SPLIT = 120, RATE = 70, FAILURES = 44, AXIS = 26;
const TICKS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

// Only what was known at `now`; the scale of time stays that of the whole.
function upTo(traffic, now) {
  const known = (rows) => rows.filter((row) => row[0] <= now);
  return {
    ...traffic,
    weights: known(traffic.weights),
    requests: known(traffic.requests),
    pushes: traffic.pushes.filter((at) => at <= now),
    until: Math.min(now, traffic.end),
  };
}

function chart(traffic, width) {
  const failed = traffic.requests.at(-1)?.[2] ?? 0;
  const span = Math.max(1, traffic.end - traffic.begin);
  const x = (at) => round(LEFT + ((at - traffic.begin) / span) * (width - LEFT - RIGHT));
  const rateTop = TOP + SPLIT + LANE_GAP;
  const failuresTop = rateTop + RATE + LANE_GAP;
  const bottom = failed ? failuresTop + FAILURES : rateTop + RATE;
  return svg(
    "svg",
    { class: "chart", width, height: bottom + AXIS, role: "img", "aria-label": spoken(traffic, failed) },
    axis(traffic, x, bottom, width),
    split(traffic, x, TOP, width),
    rate(traffic, x, rateTop, width),
    failed ? failures(traffic, x, failuresTop, width) : null,
    pushMarks(traffic.pushes.map(x), bottom),
  );
}

function spoken(traffic, failed) {
  const [names, last] = [traffic.groups.map(([name]) => name), traffic.weights.at(-1)];
  const now = last ? names.map((name, at) => `${name} ${last[at + 1]} %`).join(", ") : "none yet";
  return `Traffic over time; at its end ${now}; ${plural(failed, "request", "requests")} failed.`;
}

function axis(traffic, x, bottom, width) {
  const span = traffic.end - traffic.begin;
  const most = Math.max(2, Math.floor(width / 90));
  const step = TICKS.find((one) => span / one <= most) ?? Math.ceil(span / most);
  const marks = [];
  for (let at = Math.ceil(traffic.begin / step) * step; at <= traffic.end; at += step) {
    marks.push(svg("text", { x: x(at), y: bottom + 18, "text-anchor": "middle" }, clock(at)));
  }
  return svg("g", { class: "axis" }, marks);
}

function lane(title, top, height, width, highest, children) {
  return svg(
    "g",
    {},
    svg("text", { class: "lane", x: LEFT, y: top - 8 }, title),
    svg("text", { class: "scale", x: LEFT - 8, y: top + 5, "text-anchor": "end" }, highest),
    svg("text", { class: "scale", x: LEFT - 8, y: top + height, "text-anchor": "end" }, "0"),
    svg("line", { class: "rule", x1: LEFT, x2: width - RIGHT, y1: top, y2: top }),
    children,
    svg("line", { class: "rule", x1: LEFT, x2: width - RIGHT, y1: top + height, y2: top + height }),
  );
}

function split(traffic, x, top, width) {
  const areas = traffic.groups.map(([, colour], group) => {
    const below = (row) => row.slice(1, group + 1).reduce((sum, share) => sum + share, 0);
    const line = (share) => staircase(traffic, x, (row) => round(top + SPLIT * (1 - share(row) / 100)));
    const upper = line((row) => below(row) + row[group + 1]);
    const lower = line(below).reverse();
    return svg("polygon", { class: `area ${colour}`, points: [...upper, ...lower].join(" ") });
  });
  return lane("share of the traffic", top, SPLIT, width, "100 %", areas);
}

// Weights hold until the next ones.
function staircase(traffic, x, y) {
  return traffic.weights.flatMap((row, position) => {
    const until = traffic.weights[position + 1]?.[0] ?? traffic.until;
    return [`${x(row[0])},${y(row)}`, `${x(until)},${y(row)}`];
  });
}

function rate(traffic, x, top, width) {
  const most = Math.ceil(Math.max(10, ...traffic.requests.map((row) => row[1])) / 50) * 50;
  const points = traffic.requests.map(([at, value]) => `${x(at)},${round(top + RATE * (1 - value / most))}`);
  const line = svg("polyline", { class: "rate", points: points.join(" ") });
  return lane("requests per second", top, RATE, width, count(most), [line]);
}

function failures(traffic, x, top, width) {
  const grown = traffic.requests.map(([at, , sum], position) => [at, sum - (traffic.requests[position - 1]?.[2] ?? 0)]);
  const most = Math.max(...grown.map(([, number]) => number));
  const bars = grown
    .filter(([, number]) => number > 0)
    .map(([at, number]) => {
      const height = round(Math.max(2, (number / most) * FAILURES));
      return svg("rect", { class: "failures", x: x(at) - 2, y: top + FAILURES - height, width: 4, height });
    });
  return lane("failed requests", top, FAILURES, width, count(most), bars);
}

// Numbers make room for each other; their lines stand at the true time.
function pushMarks(times, bottom) {
  let free = 0;
  return times.map((at, position) => {
    const x = Math.max(at, free);
    free = x + 21;
    return svg(
      "g",
      { class: "push" },
      svg("polyline", { points: `${x},19 ${at},26 ${at},${bottom}` }),
      svg("circle", { cx: x, cy: 10, r: 9 }),
      svg("text", { x, y: 14, "text-anchor": "middle" }, position + 1),
    );
  });
}

function round(number) {
  return Math.round(number * 10) / 10;
}
