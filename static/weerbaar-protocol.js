// The page works without this file. It adds: what the checker says while the protocol is being filled in.
"use strict";
const form = document.querySelector("[data-check]");
const findings = document.querySelector("[data-findings]");
let asked = 0;
const check = async () => {
  const mine = (asked += 1);
  const sent = { method: "POST", body: new FormData(form), credentials: "same-origin" };
  const answer = await fetch(form.dataset.check, sent);
  const words = answer.ok ? await answer.text() : "";
  if (mine === asked && words) findings.innerHTML = words;
};
if (form && findings) form.addEventListener("change", () => { check().catch(() => {}); });
