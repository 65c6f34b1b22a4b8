function render({ model, el }) {
  const title = uid(), fileId = uid(), out = statusLine(), body = mk("tbody");
  const line = asker(model, { lost: () => { out.textContent = "No answer from Python. The menu Run, Run All Cells brings this card back."; } });
  const draw = (lessons) => body.replaceChildren(...lessons.map((l) => mk("tr", {}, mk("th", { scope: "row", textContent: l.title }),
    mk("td", { textContent: `${l.questions[0]} of ${l.questions[1]}` }), mk("td", { textContent: `${l.exercises[0]} of ${l.exercises[1]}` }), mk("td", { textContent: String(l.notes) }))));
  const download = mk("button", { type: "button", className: "parley-button", textContent: "Download my record", onclick: () => line.ask({ do: "download" }) });
  const file = mk("input", { id: fileId, type: "file", accept: ".json,application/json", className: "parley-file", onchange: async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    if (chosen.size > 2e6) out.textContent = "That file is too large for a record. Nothing was changed.";
    else line.ask({ do: "restore", text: await chosen.text() });
    file.value = ""; // the same file may be chosen again
  } });
  el.append(mk("div", { className: "parley-card", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title, textContent: "Your record" }),
    mk("table", { className: "parley-rows" }, mk("thead", {}, mk("tr", {}, ...["Lesson", "Questions answered", "Exercises done", "Notes"].map((t) => mk("th", { scope: "col", textContent: t })))), body),
    mk("div", { className: "parley-actions" }, download, mk("label", { className: "parley-filelabel", htmlFor: fileId }, "Restore from a file: ", file)), out));
  const onMessage = (m) => {
    line.heard();
    if (m.lessons) draw(m.lessons);
    if (m.text) out.textContent = m.text;
    if (m.say === "file") {
      const url = URL.createObjectURL(new Blob([m.content], { type: "application/json" }));
      const a = mk("a", { href: url, download: m.name, hidden: true });
      el.append(a); a.click(); a.remove(); setTimeout(() => URL.revokeObjectURL(url), 5000);
    }
  };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  line.ask({ do: "ready" });
  return () => { free(); line.heard(); model.off("msg:custom", onMessage); };
}
export default { render };
