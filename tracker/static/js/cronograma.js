// The rows of the schedule with the arrow keys: one stop of the tabulator, and the arrows move it from row to row.
const links = [...document.querySelectorAll(".crono-table tbody th > a:first-child")];

function isHeading(link) {
  return link.closest("tr").className !== "";
}

function nearest(from, step, wanted) {
  for (let place = from + step; place >= 0 && place < links.length; place += step) {
    if (wanted(links[place])) {
      return place;
    }
  }
  return from;
}

const places = {
  ArrowDown: (from) => nearest(from, 1, () => true),
  ArrowUp: (from) => nearest(from, -1, () => true),
  ArrowRight: (from) => nearest(from, 1, isHeading),
  ArrowLeft: (from) => nearest(from, -1, isHeading),
  Home: () => 0,
  End: () => links.length - 1,
};

function stopAt(link) {
  links.forEach((one) => { one.tabIndex = one === link ? 0 : -1; });
}

if (links.length) {
  stopAt(links[0]);
  const words = document.getElementById("crono-keys");
  if (words) {
    words.hidden = false;
  }
  const body = links[0].closest("tbody");
  body.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) {
      stopAt(event.target);
    }
  });
  body.addEventListener("keydown", (event) => {
    const from = links.indexOf(event.target);
    const move = places[event.key];
    if (from < 0 || !move || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    links[move(from)].focus();
  });
}
