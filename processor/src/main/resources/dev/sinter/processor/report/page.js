"use strict";
// Zoom and pan: the drawing is scaled in its frame, which scrolls.
for (const view of document.querySelectorAll("[data-view]")) {
  const frame = view.querySelector(".frame");
  const svg = view.querySelector("svg");
  const width = svg.viewBox.baseVal.width;
  const height = svg.viewBox.baseVal.height;
  let scale = 1;

  const zoom = (to, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const before = scale;
    scale = Math.min(4, Math.max(0.05, to));
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
    frame.scrollLeft = (frame.scrollLeft + x) * scale / before - x;
    frame.scrollTop = (frame.scrollTop + y) * scale / before - y;
  };
  const fit = () => zoom(Math.min(1, frame.clientWidth / width));

  const caption = view.querySelector("figcaption");
  for (const [sign, name, action] of [
    ["+", "Zoom in", () => zoom(scale * 1.25)],
    ["−", "Zoom out", () => zoom(scale / 1.25)],
    ["↔", "Fit the width", fit],
    ["⤢", "Fit the whole", () => zoom(Math.min(frame.clientWidth / width, frame.clientHeight / height))],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = name;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", action);
    caption.append(button);
  }
  frame.addEventListener("keydown", event => {
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  frame.addEventListener("wheel", event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const place = frame.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - place.left, event.clientY - place.top);
  }, {passive: false});

  let from = null;
  let moved = false;
  frame.addEventListener("pointerdown", event => {
    if (event.button !== 0 || event.pointerType === "touch") return; // a finger scrolls by itself
    from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
    moved = false;
  });
  window.addEventListener("pointermove", event => {
    if (!from) return;
    moved ||= Math.hypot(from[0] - event.clientX - frame.scrollLeft, from[1] - event.clientY - frame.scrollTop) > 4;
    if (moved) {
      frame.scrollLeft = from[0] - event.clientX;
      frame.scrollTop = from[1] - event.clientY;
    }
  });
  window.addEventListener("pointerup", () => { from = null; });
  frame.addEventListener("dragstart", event => event.preventDefault());
  frame.addEventListener("click", event => {
    if (moved) {
      moved = false;
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);
  fit();
}

// A layer beside the drawings.
const panel = document.getElementById("panel");
let chosen = null;
const close = () => {
  panel.hidden = true;
  if (chosen) {
    chosen.classList.remove("chosen");
    chosen.focus();
  }
  chosen = null;
};
const show = link => {
  const layer = document.getElementById(link.getAttribute("href").slice(1));
  if (chosen) chosen.classList.remove("chosen");
  chosen = link;
  link.classList.add("chosen");
  const shut = document.createElement("button");
  shut.type = "button";
  shut.textContent = "×";
  shut.setAttribute("aria-label", "Close");
  shut.addEventListener("click", close);
  const title = document.createElement("h3");
  title.textContent = layer.querySelector("summary").textContent;
  const rest = [...layer.children].slice(1).map(child => child.cloneNode(true));
  panel.replaceChildren(shut, title, ...rest);
  panel.hidden = false;
};
for (const link of document.querySelectorAll(".graph a")) {
  link.addEventListener("click", event => {
    event.preventDefault();
    show(link);
  });
}
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && !panel.hidden) close();
});

// Links elsewhere open what they lead to.
const open = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
};
window.addEventListener("hashchange", open);
open();
