// A button with data-insert puts what is chosen in the list it names into the text, as a paragraph where one writes.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-insert]");
  if (!button) return;
  const list = document.getElementById(button.dataset.insert);
  const text = document.getElementById(list.dataset.insertInto);
  const before = text.value.slice(0, text.selectionEnd).replace(/\s+$/, "");
  const after = text.value.slice(text.selectionEnd).replace(/^\s+/, "");
  const start = before ? `${before}\n\n${list.value}` : list.value;
  text.value = after ? `${start}\n\n${after}` : `${start}\n`;
  event.preventDefault();
  text.focus();
  text.setSelectionRange(start.length, start.length);
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
