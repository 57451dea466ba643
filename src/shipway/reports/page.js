"use strict";
// The page is whole without this: it only hides what is not asked for.
const rules = [...document.querySelectorAll(".rule")];
const buttons = [...document.querySelectorAll(".filters button")];
const search = document.querySelector(".filters input");

function show() {
  const pressed = buttons.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.value);
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const rule of rules) {
    const head = rule.querySelector("header").textContent.toLowerCase();
    let some = false;
    for (const finding of rule.querySelectorAll(".findings li")) {
      const text = head + finding.textContent.toLowerCase();
      finding.hidden = !words.every((word) => text.includes(word));
      some = some || !finding.hidden;
    }
    rule.hidden = !some || (pressed.length > 0 && !pressed.includes(rule.dataset.severity));
  }
  for (const family of document.querySelectorAll("section.family")) {
    family.hidden = [...family.querySelectorAll(".rule")].every((each) => each.hidden);
  }
}

for (const button of buttons) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    show();
  });
}
if (search) search.addEventListener("input", show);
