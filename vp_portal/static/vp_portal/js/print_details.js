// Tables behind "Visa som tabell" are on paper too, where the browser's own styles don't reach.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open], [data-menu])")) {
    details.open = true;
    details.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened-for-print]")) {
    details.open = false;
    delete details.dataset.openedForPrint;
  }
});
