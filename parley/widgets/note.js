function render({ model, el }) {
  const note = model.get("note"), id = uid(), out = statusLine(), shelf = shelfOf(model, note.id);
  const line = asker(model, {
    lost: () => { leftovers[shelf] = box.value; out.textContent = "Not kept yet: no answer from Python. If it was restarted, the menu Run, Run All Cells brings this note back, with your words."; },
    busy: () => { out.textContent = "Not kept yet: Python is busy with another cell. Your words wait in line."; },
  });
  const box = mk("textarea", { id, rows: note.lines, value: model.get("text"), className: "parley-text", oninput: () => { out.textContent = ""; } });
  const button = mk("button", { type: "button", className: "parley-button", textContent: note.button, onclick: () => {
    if (!box.value.trim()) { out.textContent = "Write a few words first."; return; }
    line.ask({ do: "keep", text: box.value });
  } });
  el.append(mk("div", { className: "parley-card parley-note" }, mk("label", { htmlFor: id, className: "parley-label" },
    mk("span", { className: "parley-tag", textContent: "For your notes" }), mk("span", { textContent: note.prompt })),
    box, mk("div", { className: "parley-actions" }, button, out)));
  const onMessage = (m) => { if (m.say === "kept") { line.heard(); out.textContent = m.text; } };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  if (leftovers[shelf]) { box.value = leftovers[shelf]; delete leftovers[shelf]; out.textContent = `Not kept yet: press “${note.button}”.`; }
  return () => {
    if (box.value !== model.get("text")) leftovers[shelf] = box.value; // the cell was run again before the button was pressed
    free(); line.heard(); model.off("msg:custom", onMessage);
  };
}
export default { render };
