// Elements from values, and as few changes to the document as a new picture needs.
// Text only ever becomes a text node: nothing that was pushed, mailed or named can turn into markup.

const SVG = "http://www.w3.org/2000/svg";

function h(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...present(children));
  return element;
}

// What is not there may stand in a list of children as null or false.
function present(children) {
  return children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);
}

// Keeps the nodes that stay the same, so that focus, selection and what a reader opened survive a new picture.
function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
  } else if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else {
    morphAttributes(old, fresh);
    morphChildren(old, [...fresh.childNodes]);
  }
}

function morphAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    // Whether a thing is open is its reader's choice after it was drawn once.
    if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
  }
}

function morphChildren(old, fresh) {
  const before = [...old.childNodes];
  const after = present(fresh);
  after.forEach((child, position) => {
    if (position < before.length) morph(before[position], child);
    else old.append(child);
  });
  before.slice(after.length).forEach((child) => child.remove());
}
