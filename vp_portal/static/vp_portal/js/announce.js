// What htmx has put on the page is said aloud: the text of [data-announce] in it goes to the live region.
document.addEventListener("htmx:afterSettle", (event) => {
  const region = document.getElementById("announcer");
  const target = event.detail.elt;
  const source = target.matches("[data-announce]") ? target : target.querySelector("[data-announce]");
  if (region && source) region.textContent = source.dataset.announce || source.textContent.trim();
});
