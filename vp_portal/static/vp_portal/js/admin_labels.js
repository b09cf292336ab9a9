// Names what Django's admin leaves without a name: searchable choices, fields in rows, days with a time, columns.
const headingOf = (cell) => cell?.closest("table").querySelectorAll("thead th")[cell.cellIndex];
const nameOf = (field) => {
  const row = field.closest(".form-row")?.querySelector("legend, label");
  const label = document.querySelector(`label[for="${field.id}"]`) || headingOf(field.closest("td")) || row;
  return label?.textContent.replace(":", "").trim() || "";
};

// Select2 keeps what is chosen as text, or as a list that holds more than its items.
const chosenIn = (box) => {
  const items = [...box.querySelectorAll("li[title]")].map((item) => item.title);
  return items.join(", ") || box.querySelector("[role=textbox]")?.textContent.replace("×", "").trim();
};

const nameChoice = (box) => {
  const select = box.closest(".select2")?.previousElementSibling;
  const name = select && nameOf(select);
  if (!name) return;
  const chosen = chosenIn(box);
  for (const part of [box, ...box.querySelectorAll("[role=textbox]")]) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", chosen ? `${name}: ${chosen}` : name);
  }
  box.querySelector("input")?.setAttribute("aria-label", name);
  for (const part of box.querySelectorAll("ul, li")) part.setAttribute("role", "none");
};

const nameHeading = (heading) => {
  if (heading.textContent.trim()) return;
  const text = document.createElement("span");
  text.className = "visually-hidden";
  text.textContent = heading.matches(".original") ? "Rad" : "Åtgärd";
  heading.replaceChildren(text);
};

const nameField = (field) => {
  if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", nameOf(field));
};

const nameAll = () => {
  document.querySelectorAll(".inline-group thead th").forEach(nameHeading);
  document.querySelectorAll(".select2-selection").forEach(nameChoice);
  const fields = ":is(select:not(.select2-hidden-accessible), textarea, input:not([type=hidden], .select2-search__field))";
  document.querySelectorAll(`.inline-group td ${fields}, .datetime input`).forEach(nameField);
  for (const sign of document.querySelectorAll(".help-tooltip[aria-label]")) sign.setAttribute("role", "img");
};

// The choices are made after the page is, and again for each row that is added and each value that is chosen.
new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
addEventListener("load", nameAll);
