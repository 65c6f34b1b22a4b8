function render({ model, el }) {
  const explorer = model.get("explorer"), title = uid();
  const words = statusLine("parley-status parley-words"), picture = mk("img", { className: "parley-picture", alt: "" });
  const rows = mk("table", { className: "parley-rows" }), more = mk("details", { hidden: true }, mk("summary", { textContent: "The same as a table" }), mk("div", { className: "parley-scroll", tabIndex: 0, aria: { label: "Table" }, role: "region" }, rows));
  let queued = false, timer = null;
  const line = asker(model, { lost: () => { words.textContent = "No answer from Python. The menu Run, Run All Cells brings this figure back."; } });
  // The latest move wins: while one picture is drawn, the moves in between are passed over.
  const move = () => {
    clearTimeout(timer);
    if (line.waiting()) { queued = true; return; }
    line.ask({ do: "move", values: Object.fromEntries(controls.map((c, i) => [explorer.controls[i].name, c.get()])) });
  };
  const changed = (now) => { clearTimeout(timer); if (now) move(); else timer = setTimeout(move, 250); };
  // Lists, side by side: the controls must leave the picture on the screen.
  const draw = (spec) => (spec.kind === "choice" && spec.options.length > 3 ? drawList : DRAW[spec.kind])(spec, explorer.start[spec.name], changed, true);
  const controls = explorer.controls.map(draw);
  el.append(mk("div", { className: "parley-card parley-explorer", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title }, mk("span", { className: "parley-tag", textContent: "To explore" }), mk("span", { textContent: explorer.title })),
    mk("p", { className: "parley-task", textContent: explorer.task }), mk("div", { className: "parley-controls" }, ...controls.map((c) => c.box)), picture, words, more));
  const onMessage = (m) => {
    if (m.say !== "picture") return;
    line.heard();
    if (m.problem) words.textContent = explorer.controls.reduce((t, c) => t.replaceAll("`" + c.name + "`", `“${c.label}”`), m.problem);
    else {
      picture.src = `data:image/png;base64,${m.png}`; picture.alt = m.words; picture.width = m.width; words.textContent = m.words;
      more.hidden = !m.rows;
      if (m.rows) rows.replaceChildren(mk("thead", {}, mk("tr", {}, ...m.rows[0].map((t) => mk("th", { scope: "col", textContent: t })))),
        mk("tbody", {}, ...m.rows.slice(1).map((r) => mk("tr", {}, ...r.map((t, k) => {
          const cell = k ? mk("td", { textContent: t }) : mk("th", { scope: "row", textContent: t });
          if (/^\d{4}-\d\d-\d\d$/.test(t)) cell.style.whiteSpace = "nowrap"; // a day is not broken at its hyphens
          return cell;
        })))));
    }
    if (queued) { queued = false; move(); }
  };
  const free = guardKeys(el);
  model.on("msg:custom", onMessage);
  move();
  return () => { free(); line.heard(); clearTimeout(timer); model.off("msg:custom", onMessage); };
}
export default { render };
