function render({ model, el }) {
  const spec = model.get("spec"), title = uid(), out = statusLine();
  const line = asker(model, {
    lost: () => { out.textContent = "Nothing was kept: no answer from Python. The menu Run, Run All Cells brings this card back."; },
    busy: () => { out.textContent = "Python is busy with another cell. Your record waits in line."; },
  });
  const silent = () => { out.textContent = ""; };
  const fields = spec.fields.map((one) => DRAW[one.kind](one, spec.start[one.name] ?? (one.kind === "text" ? "" : null), silent));
  const button = mk("button", { type: "button", className: "parley-button parley-main", textContent: "Keep my record", onclick: () =>
    line.ask({ do: "keep", row: Object.fromEntries(fields.map((f, i) => [spec.fields[i].name, f.get() ?? ""])) }) });
  el.append(mk("div", { className: "parley-card parley-form", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title }, mk("span", { className: "parley-tag", textContent: "To break our finding" }), mk("span", { textContent: spec.title })),
    mk("p", { className: "parley-task", textContent: spec.task }), ...fields.map((f) => f.box), mk("div", { className: "parley-actions" }, button, out)));
  const onMessage = (m) => {
    if (m.say !== "kept") return;
    line.heard();
    out.replaceChildren(...m.lines.map((text) => mk("span", { className: "parley-row-line", textContent: text + " " })));
    if (m.ok) spec.fields.forEach((one, i) => { if (spec.emptied.includes(one.name)) fields[i].set(""); }); // the page stays, for its next finding
  };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  return () => { free(); line.heard(); model.off("msg:custom", onMessage); };
}
export default { render };
