// What htmx has put on the page is said aloud: the text of [data-announce] in it goes to the live region.
document.addEventListener("htmx:afterSettle", (event) => {
  const region = document.getElementById("announcer");
  const target = event.detail.elt;
  const source = target.querySelector("[data-announce]") || target.closest("[data-announce]");
  if (!region || !source) return;
  region.textContent = ""; // so that the same words are said again
  setTimeout(() => { region.textContent = source.dataset.announce || source.textContent.trim(); }, 50);
});
